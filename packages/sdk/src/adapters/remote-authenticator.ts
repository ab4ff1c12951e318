import { isTag } from "@keyward/core/usage/cell";
import type { Client } from "../client/client.ts";
import { isVerdict } from "../client/verdict.ts";
import { createAuthenticator } from "./authenticator.ts";
import type { Authenticator, AuthenticatorOptions, Decide } from "./authenticator.ts";

export interface RemoteOptions extends Omit<AuthenticatorOptions, "realm"> {
  /** What decides: a client, or anything else that can verify. */
  readonly client: Pick<Client, "verify">;
  /** The id or the prefix of the api that is guarded. A key of another api is refused. */
  readonly api: string;
  /** A key of the other environment is refused. */
  readonly environment: "live" | "test";
  /** The protection space that challenges name; the api if left out. */
  readonly realm?: string | undefined;
}

/** Authenticates by asking Keyward for each request. */
export function remoteAuthenticator(options: RemoteOptions): Authenticator {
  const { client, api, environment } = options;
  const decide: Decide = async (credential, question) => {
    const { scopes, cost, tag, minRev, context, dpop, proof, isRepeat } = question;
    const counted = {
      cost: isRepeat ? 0 : cost,
      ...(tag !== undefined && isTag(tag) && tag !== "" && { tag }),
    };
    const known = minRev !== undefined && { min_rev: minRev };
    const proved = { ...(dpop && { dpop }), ...(proof && { proof: { ...proof } }) };
    const asked = { credential, api, environment, scopes, context };
    const body = { ...asked, ...counted, ...known, ...proved };
    const verdict: unknown = await client.verify(body);
    // Checked here as well: `client` may be anything that was given.
    if (!isVerdict(verdict)) throw new TypeError("verify answered something that is no verdict");
    return verdict.outcome === "denied" ? verdict : { ...verdict, stale: false };
  };
  return createAuthenticator(decide, { ...options, realm: options.realm ?? api });
}
