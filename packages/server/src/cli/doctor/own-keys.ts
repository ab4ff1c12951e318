// Keys for the examination, which end with it.
import { addSeconds, formatInstant } from "@keyward/core/time";
import { systemClock } from "../../runtime/clock.ts";
import type { Session } from "../cli.ts";
import type { DoctorKeys } from "./scene.ts";

const LIFETIME_SECONDS = 600;
const OWNER = "keyward doctor";

/** Has the work done with keys of its own, and revokes them whatever comes of it. */
export async function withOwnKeys<Result>(
  { client }: Session,
  { api, scopes }: { readonly api: string; readonly scopes: readonly string[] },
  work: (keys: DoctorKeys) => Promise<Result>,
): Promise<Result> {
  const made: string[] = [];
  const make = async (fields: object) => {
    const expires_at = formatInstant(addSeconds(systemClock.now(), LIFETIME_SECONDS));
    const shared = { api, owner: OWNER, name: "examination of a gateway", expires_at };
    const { id, secret } = await client.keys.create({ ...shared, ...fields });
    made.push(id);
    return secret;
  };
  try {
    const good = await make({ scopes });
    const without = await make({ scopes: [] });
    const limits = [{ name: "once", kind: "window", limit: 1, window_seconds: LIFETIME_SECONDS }];
    return await work({ good, without, once: await make({ scopes, limits }) });
  } finally {
    for (const id of made) await client.keys.revoke(id, { reason: "the examination is over" });
  }
}
