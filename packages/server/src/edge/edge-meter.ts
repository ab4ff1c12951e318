// What an edge decides, on its way back to the authority: each subject's by the way on which its keys came.
import type { Reason } from "@keyward/core/log/entry";
import { parseKey } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import type { MeteredRequest } from "@keyward/core/usage/metered";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { WorkspaceId } from "@keyward/core/id";
import type { Meter } from "../verification/decide-credential.ts";
import type { UsedSecret } from "../verification/meter.ts";
import type { Followers } from "./followers.ts";

/** Counts in memory; {@link Followers} hands it over. */
export class EdgeMeter implements Meter {
  readonly #followers: Followers;

  constructor(followers: Followers) {
    this.#followers = followers;
  }

  record(
    secret: UsedSecret,
    code: VerdictCode,
    now: Instant,
    request?: MeteredRequest,
    reason?: Reason,
  ): void {
    const { apiPrefix, environment } = secret;
    if (apiPrefix === undefined || environment === undefined) return;
    const { meter } = this.#followers.of(apiPrefix, environment)?.reporter ?? {};
    meter?.record(secret, code, now, request, reason);
  }

  /** Of what is no key of anybody's, whoever follows can tell. */
  recordStranger(
    _workspaceId: WorkspaceId,
    code: VerdictCode,
    presented: string,
    now: Instant,
    request: MeteredRequest,
  ): void {
    const key = parseKey(presented);
    const follower = (key && this.#followers.of(key.brand, key.environment)) ?? this.#followers.any;
    follower?.reporter.meter.recordStranger(code, presented, now, request);
  }
}
