import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import type { OperationError } from "@keyward/core/failure/failures";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { NOW } from "@keyward/sdk/testing/verifier-fixture";
import { Callers } from "./callers.ts";
import { Installation } from "./testing/installation.ts";

function make() {
  const { own, other, verifier } = new Installation();
  let lookUps = 0;
  const keys = {
    find(presented: string) {
      lookUps++;
      return verifier.find(presented);
    },
  };
  const callers = new Callers({ keys, verifier, trustedProxies: [], publicUrl: undefined });
  const socket = new Socket();
  const accept = (
    presented: string,
    now: Instant = NOW,
    on = socket,
    more: readonly string[] = [],
  ) => {
    const rawHeaders = ["Authorization", `Bearer ${presented}`, ...more];
    const request = { socket: on, rawHeaders, method: "POST", path: "/v1/verify" };
    try {
      return callers.accept(request, now).keyId;
    } catch (error) {
      return (error as OperationError).code;
    }
  };
  return { own, other, accept, lookUps: () => lookUps };
}

test("a key that was accepted on a connection is not looked up again there, and is on another connection", () => {
  const { own, accept, lookUps } = make();
  const { key, presented } = own.issueManagement();
  assert.equal(accept(presented), key.id);
  const before = lookUps();
  assert.equal(accept(presented), key.id);
  assert.equal(lookUps(), before);
  assert.equal(accept(presented, NOW, new Socket()), key.id);
  assert.notEqual(lookUps(), before);
});

test("T36: a key that was accepted on a connection is refused there for a request from a page", () => {
  const { own, accept } = make();
  const { key, presented } = own.issueManagement();
  const socket = new Socket();
  const page = ["Origin", "https://evil.test"];
  assert.equal(accept(presented, NOW, socket), key.id);
  assert.equal(accept(presented, NOW, socket, page), "management_key_restricted");
  assert.equal(accept(presented, NOW, socket), key.id);
});

test("K2: a key that was accepted on a connection is refused there once it is revoked, disabled or loses the permission", () => {
  const { own, accept } = make();
  for (const [change, code] of [
    [{ state: "revoked", revokedAt: NOW }, "unauthenticated"],
    [{ state: "disabled" }, "unauthenticated"],
    [{ scopes: [] }, "insufficient_permission"],
  ] as const) {
    const { key, presented } = own.issueManagement();
    assert.equal(accept(presented), key.id);
    own.change(key, change);
    assert.equal(accept(presented), code);
  }
});

test("a key that was accepted on a connection is refused there from the millisecond of its end", () => {
  const { own, accept } = make();
  const { key, presented } = own.issueManagement({ expiresAt: addSeconds(NOW, 60) });
  assert.equal(accept(presented), key.id);
  assert.equal(accept(presented, (NOW + 59_999) as Instant), key.id);
  assert.equal(accept(presented, addSeconds(NOW, 60)), "unauthenticated");
});

test("a second of a key's secrets ends on the connection when its overlap does", () => {
  const { own, accept } = make();
  const { key, presented } = own.issueManagement();
  own.change(key, {
    secrets: key.secrets.map((secret) => ({ ...secret, expiresAt: addSeconds(NOW, 5) })),
  });
  assert.equal(accept(presented), key.id);
  assert.equal(accept(presented, addSeconds(NOW, 5)), "unauthenticated");
});

test("another key on the same connection is another caller, and a bad one is refused", () => {
  const { own, other, accept } = make();
  const first = own.issueManagement();
  const second = other.issueManagement();
  assert.equal(accept(first.presented), first.key.id);
  assert.equal(accept(second.presented), second.key.id);
  assert.equal(accept(first.presented), first.key.id);
  assert.equal(accept(`${first.presented}0`), "unauthenticated");
});

test("a key that is restricted is decided about for each request", () => {
  const { own, accept, lookUps } = make();
  const { presented } = own.issueManagement({
    restrictions: {
      time_windows: [{ days: ["thu"], from: "00:00", to: "00:01", time_zone: "UTC" }],
    },
  });
  accept(presented);
  const before = lookUps();
  accept(presented);
  assert.notEqual(lookUps(), before);
});
