// Who decides at an edge: the copy of the feed that the presented key belongs to.
import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import { parseKey } from "@keyward/core/key/format";
import type { ParsedKey } from "@keyward/core/key/format";
import { networkOfContext } from "@keyward/sdk/feed/decider";
import type { Basis } from "@keyward/sdk/feed/decider";
import type { Follower } from "@keyward/sdk/feed/follower";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import type { Decider, Deciders, Question } from "../verification/decide-credential.ts";
import type { Followers } from "./followers.ts";

const NOBODYS_KEYS = new Verifier();

/**
 * A key names its api and environment, so it is one subject's to decide about. What an edge does not follow is unknown to it
 * (spec/feed.md §8); but whoever asks for an api by name is not told that its keys are bad because the edge is the wrong one.
 */
export class EdgeDeciders implements Deciders {
  readonly #followers: Followers;

  constructor(followers: Followers) {
    this.#followers = followers;
  }

  now(_workspaceId: WorkspaceId, question: Question): Decider | undefined {
    const key = parseKey(question.credential);
    const follower = key === undefined ? this.#asked(question) : this.#followerOf(key);
    if (key === undefined && follower === undefined) return this.#nobody();
    const basis = follower?.decider.basisNow(question);
    return basis && deciderOf(basis);
  }

  async ask<Result>(
    _workspaceId: WorkspaceId,
    question: Question,
    decide: (decider: Decider) => Result | Promise<Result>,
  ): Promise<Result> {
    const { credential, decision, minRev } = question;
    const key = parseKey(credential);
    const follower =
      key === undefined
        ? this.#asked(question)
        : (this.#followerOf(key) ?? (await this.#newFollowerOf(key)));
    if (follower === undefined) {
      this.#assertFollows(decision.api);
      return decide(this.#nobody());
    }
    const network = networkOfContext(decision.context);
    let decided: { readonly result: Result | Promise<Result> } | undefined;
    const outcome = await follower.decider.ask({ credential, network, minRev }, (basis) => {
      decided = { result: decide(deciderOf(basis)) };
    });
    if (decided !== undefined) return decided.result;
    throw unavailable(outcome?.reason ?? "not_ready");
  }

  /** A key that was issued elsewhere names no api, so whoever asks has to. */
  #asked({ decision: { api, environment = "live" } }: Question): Follower | undefined {
    return api === undefined ? undefined : this.#followers.find(api, environment);
  }

  #followerOf({ brand, environment }: ParsedKey): Follower | undefined {
    return this.#followers.of(brand, environment);
  }

  /** An api may have been made a moment ago. */
  async #newFollowerOf(key: ParsedKey): Promise<Follower | undefined> {
    await this.#followers.refresh();
    return this.#followerOf(key);
  }

  #assertFollows(api: string | undefined): void {
    if (api === undefined || this.#followers.follows(api)) return;
    throw new OperationError("unavailable", { detail: "This edge does not follow that api" });
  }

  #nobody(): Decider {
    const { workspaceId, rev } = this.#followers;
    if (workspaceId === undefined) throw unavailable("not_ready");
    return deciderOf({ verifier: NOBODYS_KEYS, workspaceId, rev, stale: false });
  }
}

function deciderOf({ verifier, rev, stale }: Basis): Decider {
  return {
    stale,
    verify: (workspaceId, presented, request, now) =>
      verifier.verify(workspaceId, presented, request, now),
    findIn: (workspaceId, presented) => verifier.findIn(workspaceId, presented),
    revOf: () => rev,
  };
}

const WHY = {
  not_ready: "This edge has not yet loaded what it needs",
  behind: "Keyward has not come to the rev that was asked for",
  failed: "This edge failed",
  too_many_misses: "Too many keys that do not exist were asked for from this network",
  busy: "Too many keys are being looked up",
  no_answer: "Keyward did not answer, and what this edge holds is not fresh enough",
} as const;

function unavailable(reason: keyof typeof WHY): OperationError {
  return new OperationError("unavailable", { detail: WHY[reason] });
}
