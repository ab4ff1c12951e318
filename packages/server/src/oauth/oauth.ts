// The authorization server, as the composition root sees it.
import type { KeyObject } from "node:crypto";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import type { Identity } from "../verification/ext-auth/identity.ts";
import type { Egress } from "../egress/egress.ts";
import { Issuers } from "./issuers.ts";
import type { OAuthParts } from "./oauth-parts.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { createOAuthRoutes } from "./routes.ts";
import type { OAuthRoutes } from "./routes.ts";
import { SigningKeys } from "./signing-keys.ts";

const IDENTITY_TYPE = "keyward-identity+jwt";

export interface OAuthOptions extends Omit<OAuthParts, "issuers" | "signingKeys" | "remoteKeys"> {
  readonly sealingKey: KeyObject;
  /** Through which keys of clients and issuers are fetched. */
  readonly egress: Pick<Egress, "send">;
  /** Where clients reach Keyward, known once it listens. */
  readonly baseUrl: () => string;
}

export class OAuth {
  readonly routes: OAuthRoutes;
  readonly #signingKeys: SigningKeys;
  readonly #issuers: Issuers;
  #operator: WorkspaceId | undefined;

  constructor(options: OAuthOptions) {
    this.#signingKeys = new SigningKeys(options);
    const issuers = new Issuers(options.baseUrl, () => this.#operator);
    this.#issuers = issuers;
    this.routes = createOAuthRoutes({
      ...options,
      issuers,
      signingKeys: this.#signingKeys,
      remoteKeys: new RemoteKeys(options),
    });
  }

  /** To be told of everything that there is, and then of every commit. */
  observe(changes: readonly CommittedChange[]): void {
    this.#signingKeys.observe(changes);
    for (const { change } of changes) {
      if (change.entity === "workspace" && change.value.operator) this.#operator = change.id;
    }
  }

  /** Who calls, for an application behind a gateway. Of another type than a token, so that it can be none (RFC 8725 §3.11). */
  signIdentity({ workspaceId, environment, claims }: Identity, now: Instant): Promise<string> {
    const issuer = { workspaceId, environment };
    const signed = { iss: this.#issuers.urlOf(issuer), ...claims };
    return this.#signingKeys.sign(issuer, "Ed25519", signed, now, IDENTITY_TYPE);
  }

  rotateSigningKeys(now: Instant): Promise<void> {
    return this.#signingKeys.rotate(now);
  }
}
