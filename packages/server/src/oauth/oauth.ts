// The authorization server, as the composition root sees it.
import type { KeyObject } from "node:crypto";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import type { Egress } from "../egress/egress.ts";
import { Issuers } from "./issuers.ts";
import type { OAuthParts } from "./oauth-parts.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { createOAuthRoutes } from "./routes.ts";
import type { OAuthRoutes } from "./routes.ts";
import { SigningKeys } from "./signing-keys.ts";

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
  #operator: WorkspaceId | undefined;

  constructor(options: OAuthOptions) {
    this.#signingKeys = new SigningKeys(options);
    const issuers = new Issuers(options.baseUrl, () => this.#operator);
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

  rotateSigningKeys(now: Instant): Promise<void> {
    return this.#signingKeys.rotate(now);
  }
}
