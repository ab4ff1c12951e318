// For tests: a member's browser, as far as HTTP tells it.
import assert from "node:assert/strict";
import type { Answer, CallOptions, TestServer } from "./test-server.ts";

/** What a page of our own sends with everything. */
export function ownPage(server: TestServer): Readonly<Record<string, string>> {
  return { origin: server.url, "x-keyward-csrf": "1" };
}

/** The token of a sign-in link, from its path. */
export function tokenOf(path: string): string {
  const prefix = "/#/sign-in?token=";
  assert.ok(path.startsWith(prefix), path);
  return path.slice(prefix.length);
}

/** The `name=value` that a browser would keep of an answer; `undefined` when there is none to keep. */
export function cookieOf({ headers }: Answer): string | undefined {
  const [line = ""] = headers.getSetCookie();
  const pair = line.split(";")[0] ?? "";
  return pair === "" || pair.endsWith("=") ? undefined : pair;
}

/** Follows a sign-in link. */
export async function signInWith(server: TestServer, token: string): Promise<string> {
  const answer = await server.call("POST", "/v1/sign-in/link", {
    key: null,
    body: { token },
    headers: ownPage(server),
  });
  assert.equal(answer.status, 204, answer.text);
  return cookieOf(answer) ?? assert.fail("no cookie");
}

/** Adds a member of this role and signs them in. */
export async function signedInMember(
  server: TestServer,
  role: string,
  options: CallOptions = {},
): Promise<{ readonly id: string; readonly cookie: string }> {
  const body = { name: `a ${role}`, role };
  const member = await server.call("POST", "/v1/members", { ...options, body });
  const link = await server.call("POST", `/v1/members/${member.json.id}/link`, {
    ...options,
    body: {},
  });
  return { id: member.json.id, cookie: await signInWith(server, tokenOf(link.json.path)) };
}

/** A call of our own page in that browser. */
export function callAs(
  server: TestServer,
  cookie: string,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const headers = { ...ownPage(server), cookie, ...options.headers };
  return server.call(method, path, { ...options, key: null, headers });
}
