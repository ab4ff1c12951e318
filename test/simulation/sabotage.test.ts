// The test of the simulation: each protection of a verifier is taken away once, and some checker must see it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { headAnswerBody, parseHeadRequest } from "@keyward/core/feed/questions";
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { VerifierKey } from "@keyward/core/feed/verifier-change";
import { HotSet } from "@keyward/sdk/feed/hot-set";
import { LookupGate } from "@keyward/sdk/feed/lookup-gate";
import { Replica } from "@keyward/sdk/feed/replica";
import type { Clock } from "@keyward/sdk/runtime/clock";
import { Tables } from "@keyward/sdk/verifier/tables";
import type { WorkspaceEntry } from "@keyward/sdk/verifier/workspaces";
import { SimulatedAuthority } from "./authority.ts";
import type { SimulatedRequest } from "./network.ts";
import { simulate } from "./simulation.ts";
import type { Sabotage } from "./simulation.ts";

const SEEDS_MAX = 100;

/** Some seed shows that this promise is broken; others may show others first. */
async function assertCaught(
  t: TestContext,
  promise: string,
  sabotage: Sabotage = {},
): Promise<void> {
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const violation = await simulate(seed, sabotage).then(
      () => "",
      (error: unknown) => String(error),
    );
    if (!violation.includes(`Violation: ${promise}`)) continue;
    t.diagnostic(`caught by seed ${seed}`);
    return;
  }
  assert.fail(`no seed up to ${SEEDS_MAX} shows that this is broken: ${promise}`);
}

test("F08: a verifier whose clocks stand still is caught", async (t) => {
  const clock = (real: Clock): Clock => {
    const now = real.now();
    return { now: () => now, monotonicMs: () => 0 };
  };
  await assertCaught(t, "K2: no accept after effective_by", { clock });
});

test("K2: a verifier that forgets that a key was revoked is caught", async (t) => {
  const real: unknown = Object.getOwnPropertyDescriptor(Tables.prototype, "putKey")?.value;
  t.mock.method(
    Tables.prototype,
    "putKey",
    function forgetful(this: Tables, workspace: WorkspaceEntry, rev: number, key: VerifierKey) {
      this.removeKey(workspace, key.id);
      (real as Tables["putKey"]).call(this, workspace, rev, key);
    },
  );
  await assertCaught(t, "K2: revoked is absorbing");
});

test("F18: a verifier that trusts what its stream has brought, without a proof by the head, is caught", async (t) => {
  // The authority still hears of it, so that a barrier waits for it; but it is its own answer that it believes.
  const trusting = (carry: typeof fetch): typeof fetch => {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.pathname !== "/v1/feed/head") return carry(input, init);
      carry(input, init).catch(() => undefined);
      const request = parseHeadRequest(JSON.parse(typeof init?.body === "string" ? init.body : ""));
      assert.ok(request !== undefined);
      return Response.json(headAnswerBody({ epoch: request.epoch, rev: request.applied }));
    };
  };
  await assertCaught(t, "K2: a verifier that is cut off stops", { fetch: trusting });
});

test("T21: a verifier that takes in a look-up without comparing revs is caught", async (t) => {
  t.mock.method(Replica.prototype, "fill", function careless(this: Replica, answer: LookupAnswer) {
    const rev = Math.max(answer.rev, this.applied + 1);
    this.verifier.apply(answer.changes.map((change) => ({ ...change, rev })));
  });
  await assertCaught(t, "F18, T21: the feed has no gap and never goes back");
});

test("T21: a partial verifier that takes in a look-up which a change has overtaken is caught", async (t) => {
  t.mock.method(HotSet.prototype, "mayTakeIn", () => true);
  await assertCaught(t, "F18, T21: the feed has no gap and never goes back");
});

test("K8: a partial verifier that gives nothing up is caught", async (t) => {
  t.mock.method(HotSet.prototype, "makeRoom", () => undefined);
  await assertCaught(t, "K8: memory is bounded");
});

test("F13: a verifier that lets all look-ups in at once is caught", async (t) => {
  t.mock.method(LookupGate.prototype, "enter", () => true);
  await assertCaught(t, "K8: memory is bounded");
});

test("K6: an authority that answers the look-ups of one api with the keys of another is caught", async (t) => {
  const handle: unknown = Object.getOwnPropertyDescriptor(
    SimulatedAuthority.prototype,
    "handle",
  )?.value;
  t.mock.method(
    SimulatedAuthority.prototype,
    "handle",
    function careless(this: SimulatedAuthority, request: SimulatedRequest) {
      const handleIt = (each: SimulatedRequest) =>
        (handle as SimulatedAuthority["handle"]).call(this, each);
      if (request.url.pathname !== "/v1/feed/keys") return handleIt(request);
      const [own, other] = this.subjects;
      const isOwn = request.url.searchParams.get("api") === own.prefix;
      const wrong = isOwn ? other : own;
      const url = new URL(request.url);
      url.searchParams.set("api", wrong.prefix);
      const headers = new Headers({ authorization: `Bearer ${wrong.token}` });
      const answer = handleIt({ ...request, url, headers });
      if (typeof answer?.body !== "string") return answer;
      const subject = isOwn ? own : other;
      return {
        ...answer,
        body: answer.body
          .replaceAll(wrong.apiId, subject.apiId)
          .replaceAll(`"prefix":"${wrong.prefix}"`, `"prefix":"${subject.prefix}"`),
      };
    },
  );
  await assertCaught(t, "K6: no effect across tenants");
});
