// The authorization server, as the composition root sees it.
import type { KeyObject } from "node:crypto";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import { Issuers } from "./issuers.ts";
import type { OAuthParts } from "./oauth-parts.ts";
import { createOAuthRoutes } from "./routes.ts";
import type { OAuthRoutes } from "./routes.ts";
import { SigningKeys } from "./signing-keys.ts";

export interface OAuthOptions extends Omit<OAuthParts, "issuers" | "signingKeys"> {
  readonly sealingKey: KeyObject;
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
    this.routes = createOAuthRoutes({ ...options, issuers, signingKeys: this.#signingKeys });
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
