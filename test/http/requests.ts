// For each operation of the contract one request that succeeds, on things made for it alone.
import { hash } from "node:crypto";
import { parseSnapshotStart } from "@keyward/core/feed/lines";
import type { OperationId } from "../../packages/server/src/contract/operations.ts";
import { callAs, signInWith, tokenOf } from "./sign-in.ts";
import type { Body, TestServer } from "./test-server.ts";

/** Things of one workspace. */
export interface Things {
  readonly workspace: string;
  readonly api: string;
  readonly emptyApi: string;
  readonly role: string;
  readonly unusedRole: string;
  readonly plan: string;
  readonly unusedPlan: string;
  readonly owner: string;
  readonly idleOwner: string;
  readonly key: string;
  readonly disabledKey: string;
  readonly creditKey: string;
  readonly creditOwner: string;
  readonly creditClient: string;
  readonly revokedKey: string;
  readonly secondSecret: string;
  /** An owner of type user. */
  readonly user: string;
  /** A personal access token of theirs. */
  readonly token: string;
  /** Which no key meets. */
  readonly policy: string;
  /** One that waits for an approval. */
  readonly pendingToken: string;
  readonly webhook: string;
  readonly disabledWebhook: string;
  /** To `webhook`. */
  readonly delivery: string;
  readonly member: string;
  readonly disabledMember: string;
  /** Of `member`. */
  readonly session: string;
  /** That of another link of `member`. */
  readonly linkToken: string;
  /** Of one key. */
  readonly revocation: string;
  readonly client: string;
  readonly clientSecret: string;
  readonly revokedClient: string;
  /** Two that are open. */
  readonly charge: string;
  readonly otherCharge: string;
  /** That of an address of the portal that nobody has opened. */
  readonly portalCode: string;
  /** Of a visitor, who may do everything with the keys of `owner`. */
  readonly portalToken: string;
  readonly portalSession: string;
  /** A whole key. */
  readonly credential: string;
  /** Of the data of the server. */
  readonly epoch: string;
  /** Differs between any two sets of things. */
  readonly mark: string;
}

export interface RequestOf {
  /** What stands for each `{name}` of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A new operation without a request here does not compile. */
export const REQUESTS: { readonly [Id in OperationId]: (things: Things) => RequestOf } = {
  verify: ({ credential }) => ({ body: { credential } }),
  "verify.batch": ({ credential }) => ({ body: { items: [{ credential }] } }),
  "webhooks.list": () => ({}),
  "webhooks.create": () => ({ body: { url: "https://hooks.example.com/new", events: ["*"] } }),
  "webhooks.get": ({ webhook }) => ({ params: { webhook } }),
  "webhooks.update": ({ webhook }) => ({ params: { webhook }, body: { events: ["key.*"] } }),
  "webhooks.rotate": ({ webhook }) => ({ params: { webhook }, body: { overlap_seconds: 60 } }),
  "webhooks.disable": ({ webhook }) => ({ params: { webhook } }),
  "webhooks.enable": ({ disabledWebhook }) => ({ params: { webhook: disabledWebhook } }),
  "webhooks.delete": ({ webhook }) => ({ params: { webhook } }),
  "webhooks.test": ({ webhook }) => ({ params: { webhook } }),
  "webhooks.redeliver": ({ webhook }) => ({
    params: { webhook },
    body: { since: "2026-01-01T00:00:00Z" },
  }),
  "webhooks.deliveries.list": ({ webhook }) => ({ params: { webhook } }),
  "webhooks.deliveries.get": ({ webhook, delivery }) => ({ params: { webhook, delivery } }),
  "webhooks.deliveries.redeliver": ({ webhook, delivery }) => ({
    params: { webhook, delivery },
  }),
  "keys.list": () => ({}),
  "keys.search": ({ credential }) => ({ body: { q: credential } }),
  "keys.create": ({ api, owner }) => ({
    body: { api, name: "new", owner, scopes: ["things:read"] },
  }),
  "keys.import": ({ api, owner }) => ({
    body: { items: [{ sha256: "ab".repeat(32), api, name: "imported", owner }] },
  }),
  "keys.get": ({ key }) => ({ params: { key } }),
  "keys.update": ({ key }) => ({ params: { key }, body: { name: "changed" } }),
  "keys.rotate": ({ key }) => ({ params: { key }, body: { overlap_seconds: 60 } }),
  "keys.revoke": ({ key }) => ({ params: { key }, body: { reason: "test" } }),
  "keys.disable": ({ key }) => ({ params: { key } }),
  "keys.credits.add": ({ creditKey }) => ({ params: { key: creditKey }, body: { add: 1 } }),
  "keys.enable": ({ disabledKey }) => ({ params: { key: disabledKey } }),
  "keys.delete": ({ revokedKey }) => ({ params: { key: revokedKey } }),
  "keys.secrets.list": ({ key }) => ({ params: { key } }),
  "keys.secrets.add": ({ key }) => ({ params: { key }, body: {} }),
  "keys.secrets.remove": ({ key, secondSecret }) => ({ params: { key, secret: secondSecret } }),
  "revocations.preview": ({ owner }) => ({ body: { filter: { owner } } }),
  // Of the three keys of the owner one is revoked already.
  "revocations.create": ({ owner }) => ({ body: { filter: { owner }, expected_count: 2 } }),
  "revocations.list": () => ({}),
  "revocations.get": ({ revocation }) => ({ params: { revocation } }),
  "revocations.cancel": ({ revocation }) => ({ params: { revocation } }),
  "apis.list": () => ({}),
  "apis.create": ({ mark }) => ({
    body: { name: "new", prefix: `new${mark}`, audience: `https://n${mark}.test` },
  }),
  "apis.get": ({ api }) => ({ params: { api } }),
  "apis.update": ({ api }) => ({ params: { api }, body: { name: "changed" } }),
  "apis.delete": ({ emptyApi }) => ({ params: { api: emptyApi } }),
  "apis.scopes.list": ({ api }) => ({ params: { api } }),
  "apis.scopes.add": ({ api }) => ({ params: { api }, body: { name: "things:delete" } }),
  "apis.scopes.remove": ({ api }) => ({ params: { api, scope: "things:write" } }),
  "roles.list": () => ({}),
  "roles.create": ({ api }) => ({ body: { api, name: "new", scopes: ["things:read"] } }),
  "roles.get": ({ role }) => ({ params: { role } }),
  "roles.update": ({ role }) => ({ params: { role }, body: { name: "changed" } }),
  "roles.delete": ({ unusedRole }) => ({ params: { role: unusedRole } }),
  "plans.list": () => ({}),
  "plans.create": ({ mark }) => ({
    body: { name: `new-${mark}`, limits: [{ name: "burst", kind: "rate", rate: 10 }] },
  }),
  "plans.get": ({ plan }) => ({ params: { plan } }),
  "plans.update": ({ plan }) => ({ params: { plan }, body: { description: "changed" } }),
  "plans.delete": ({ unusedPlan }) => ({ params: { plan: unusedPlan } }),
  "owners.list": () => ({}),
  "owners.create": ({ mark }) => ({ body: { external_id: `new-${mark}` } }),
  "owners.get": ({ owner }) => ({ params: { owner } }),
  "owners.update": ({ owner }) => ({ params: { owner }, body: { name: "changed" } }),
  "owners.credits.add": ({ creditOwner }) => ({
    params: { owner: creditOwner },
    body: { add: 1 },
  }),
  "owners.disable": ({ owner }) => ({ params: { owner } }),
  "owners.enable": ({ owner }) => ({ params: { owner } }),
  "owners.delete": ({ idleOwner }) => ({ params: { owner: idleOwner } }),
  "policies.list": () => ({}),
  "policies.create": ({ api, mark }) => ({
    body: { name: `new-${mark}`, api, kind: "publishable", idle_seconds: 86_400 },
  }),
  "policies.get": ({ policy }) => ({ params: { policy } }),
  "policies.update": ({ policy }) => ({ params: { policy }, body: { idle_seconds: 172_800 } }),
  "policies.delete": ({ policy }) => ({ params: { policy } }),
  "policies.preview": ({ policy }) => ({ params: { policy }, body: { grace_seconds: 0 } }),
  "policies.apply": ({ policy }) => ({ params: { policy }, body: { expected_count: 1 } }),
  "policies.cancel": ({ policy }) => ({ params: { policy } }),
  "workspaces.list": () => ({}),
  "workspaces.create": () => ({ body: { name: "new" } }),
  "workspaces.get": ({ workspace }) => ({ params: { workspace } }),
  "workspaces.update": ({ workspace }) => ({ params: { workspace }, body: { name: "changed" } }),
  "members.list": () => ({}),
  "members.create": ({ mark }) => ({
    body: { name: "new", email: `new${mark}@example.test`, role: "viewer" },
  }),
  "members.get": ({ member }) => ({ params: { member } }),
  "members.update": ({ member }) => ({ params: { member }, body: { name: "changed" } }),
  "members.disable": ({ member }) => ({ params: { member } }),
  "members.enable": ({ disabledMember }) => ({ params: { member: disabledMember } }),
  "members.delete": ({ member }) => ({ params: { member } }),
  "members.link": ({ member }) => ({ params: { member }, body: {} }),
  "sessions.list": ({ member }) => ({ query: { member } }),
  "sessions.end": ({ session }) => ({ params: { session } }),
  "signIn.link": ({ linkToken }) => ({ body: { token: linkToken } }),
  "signIn.providers": () => ({}),
  "signIn.begin": () => ({ params: { provider: "none" } }),
  "signIn.callback": () => ({ params: { provider: "none" } }),
  "signIn.backchannel": () => ({ params: { provider: "none" }, body: { logout_token: "none" } }),
  signOut: () => ({}),
  me: () => ({}),
  "portal.sessions.create": ({ api, owner }) => ({ body: { api, owner } }),
  "portal.sessions.end": ({ portalSession, owner }) => ({
    body: { session: portalSession, owner },
  }),
  "portal.exchange": ({ portalCode }) => ({ body: { code: portalCode } }),
  "portal.session": () => ({}),
  "portal.keys.list": () => ({}),
  "portal.keys.create": () => ({ body: { name: "mine" } }),
  "portal.keys.update": ({ key }) => ({ params: { key }, body: { name: "renamed" } }),
  "portal.keys.rotate": ({ key }) => ({ params: { key }, body: { force: true } }),
  "portal.keys.revoke": ({ key }) => ({ params: { key } }),
  "portal.usage": ({ key }) => ({ query: { key } }),
  "logins.find": () => ({ body: { user_code: "BBBB-BBBB" } }),
  "logins.approve": () => ({ params: { login: "none" } }),
  "logins.deny": () => ({ params: { login: "none" } }),
  "logins.authorize": () => ({
    body: {
      response_type: "code",
      client_id: "keyward-cli",
      redirect_uri: "http://127.0.0.1:4000/callback",
      code_challenge: "a".repeat(43),
      code_challenge_method: "S256",
      state: "state",
      approve: true,
    },
  }),
  "tokens.list": () => ({}),
  "tokens.create": ({ api, user }) => ({
    body: { api, owner: user, name: "new", scopes: ["things:read"] },
  }),
  "tokens.renew": ({ token }) => ({ params: { token } }),
  "tokens.approve": ({ token }) => ({ params: { token } }),
  "tokens.deny": ({ pendingToken }) => ({
    params: { token: pendingToken },
    body: { reason: "test" },
  }),
  "tokens.revoke": ({ token }) => ({ params: { token } }),
  "clients.list": () => ({}),
  "clients.create": ({ api, owner }) => ({
    body: { name: "new", owner, resources: [{ api, scopes: ["things:read"] }] },
  }),
  "clients.get": ({ client }) => ({ params: { client } }),
  "clients.update": ({ client }) => ({ params: { client }, body: { name: "changed" } }),
  "clients.credits.add": ({ creditClient }) => ({
    params: { client: creditClient },
    body: { add: 1 },
  }),
  "clients.rotate": ({ client }) => ({ params: { client }, body: { overlap_seconds: 60 } }),
  "clients.disable": ({ client }) => ({ params: { client } }),
  "clients.enable": ({ client }) => ({ params: { client } }),
  "clients.revoke": ({ client }) => ({ params: { client }, body: { reason: "test" } }),
  "clients.tokens.revoke": ({ client }) => ({ params: { client } }),
  "clients.delete": ({ revokedClient }) => ({ params: { client: revokedClient } }),
  "clients.secrets.list": ({ client }) => ({ params: { client } }),
  "clients.secrets.add": ({ client }) => ({ params: { client }, body: {} }),
  "clients.secrets.remove": ({ client, clientSecret }) => ({
    params: { client, secret: clientSecret },
  }),
  "audit.list": () => ({}),
  "audit.checkpoint": () => ({}),
  "feed.snapshot": ({ api }) => ({ query: { api, environment: "live" } }),
  "feed.changes": ({ api, epoch }) => ({
    query: { api, environment: "live", epoch, after: "1", wait: "0" },
  }),
  "feed.subjects": () => ({}),
  "feed.head": ({ api, epoch, mark }) => ({
    query: { api, environment: "live" },
    body: { verifier: `verifier-of-test-${mark}`, epoch, applied: 1, max_staleness_ms: 5_000 },
  }),
  "feed.lookup": ({ api, epoch, credential }) => ({
    query: { api, environment: "live" },
    body: { epoch, digest: hash("sha256", credential, "hex") },
  }),
  "usage.get": () => ({}),
  "usage.strangers": () => ({}),
  "charges.commit": ({ charge }) => ({ params: { charge }, body: { cost: 1 } }),
  "charges.release": ({ otherCharge }) => ({ params: { charge: otherCharge } }),
  "keys.limits": ({ key }) => ({ params: { key } }),
  "clients.limits": ({ client }) => ({ params: { client } }),
  "feed.leases": ({ api, mark }) => ({
    query: { api, environment: "live" },
    body: { verifier: `verifier-of-test-${mark}`, sequence: 1, asks: [], returns: [] },
  }),
  "logs.list": () => ({}),
  "safety.list": () => ({}),
  "safety.shrink": ({ key }) => ({ params: { key } }),
  "leaks.report": () => ({ body: { credential: "nothing" } }),
  "leaks.github": () => ({}),
  "logs.tail": () => ({ query: { seconds: "1" } }),
  "feed.uses": ({ api, mark }) => ({
    query: { api, environment: "live" },
    body: { source: `verifier-of-test-${mark}`, sequence: 1, cells: [], uses: [], strangers: [] },
  }),
};

export function pathOf(path: string, { params = {}, query }: RequestOf): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  return query === undefined ? filled : `${filled}?${new URLSearchParams(query).toString()}`;
}

/** The first line of a snapshot says it. */
async function epochOf(
  server: TestServer,
  api: string,
  managementKey: string | undefined,
): Promise<string> {
  const { text } = await server.call("GET", `/v1/feed/snapshot?api=${api}&environment=live`, {
    ...(managementKey && { key: managementKey }),
  });
  const epoch = parseSnapshotStart(text.split("\n")[0] ?? "")?.epoch;
  if (epoch === undefined) throw new Error(`not a snapshot: ${text}`);
  return epoch;
}

type Post = (path: string, body?: object) => Promise<Body>;

async function makePeople(
  server: TestServer,
  post: Post,
  mark: string,
): Promise<Pick<Things, "member" | "disabledMember" | "session" | "linkToken">> {
  const member = await post("/v1/members", { name: `member ${mark}`, role: "viewer" });
  const disabled = await post("/v1/members", { name: `disabled ${mark}`, role: "viewer" });
  await post(`/v1/members/${disabled.id}/disable`);
  const link = async () => tokenOf((await post(`/v1/members/${member.id}/link`, {})).path);
  const cookie = await signInWith(server, await link());
  const sessions = await callAs(server, cookie, "GET", "/v1/sessions");
  return {
    member: member.id,
    disabledMember: disabled.id,
    session: sessions.json.data[0]?.id ?? "",
    linkToken: await link(),
  };
}

/** Newest first, of all sets: a workspace may have few. */
const ENDPOINTS_KEPT = 8;
const POLICIES_KEPT = 40;

/** It speaks of a kind of which the api has none. */
async function makePolicy(
  server: TestServer,
  post: Post,
  key: { readonly key?: string },
  { api, mark }: { readonly api: string; readonly mark: string },
): Promise<string> {
  const { data: earlier } = (await server.call("GET", "/v1/policies", key)).json;
  for (const { id } of earlier.slice(POLICIES_KEPT)) {
    await server.call("DELETE", `/v1/policies/${id}`, key);
  }
  const rules = { kind: "publishable", forbidden_scopes: ["things:write"] };
  return (await post("/v1/policies", { name: `policy-${mark}`, api, ...rules })).id;
}

/** They lead nowhere, and want nothing: what they are told stays as it is. */
async function makeEndpoints(
  server: TestServer,
  post: Post,
  key: { readonly key?: string },
): Promise<Pick<Things, "webhook" | "disabledWebhook" | "delivery">> {
  const { data: earlier } = (await server.call("GET", "/v1/webhooks", key)).json;
  for (const { id } of earlier.slice(ENDPOINTS_KEPT)) {
    await server.call("DELETE", `/v1/webhooks/${id}`, key);
  }
  const endpoint = { url: "https://hooks.invalid/", events: ["webhook.test"] };
  const webhook = await post("/v1/webhooks", endpoint);
  const disabled = await post("/v1/webhooks", endpoint);
  await post(`/v1/webhooks/${disabled.id}/disable`);
  const delivery = await post(`/v1/webhooks/${webhook.id}/test`);
  return { webhook: webhook.id, disabledWebhook: disabled.id, delivery: delivery.id };
}

let made = 0;

/** Makes a set of things in the workspace of the management key. */
export async function makeThings(server: TestServer, managementKey?: string): Promise<Things> {
  made++;
  const mark = `${made}`;
  const post = async (path: string, body?: object) => {
    const answer = await server.call("POST", path, {
      ...(body && { body }),
      ...(managementKey && { key: managementKey }),
    });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.json;
  };
  const workspaces = await server.call("GET", "/v1/workspaces", {
    ...(managementKey && { key: managementKey }),
  });
  const scopes = ["things:read", "things:write"];
  const api = await post("/v1/apis", {
    name: "things",
    prefix: `things${mark}`,
    audience: `https://a${mark}.test`,
    scopes,
  });
  const emptyApi = await post("/v1/apis", {
    name: "empty",
    prefix: `empty${mark}`,
    audience: `https://e${mark}.test`,
  });
  const role = await post("/v1/roles", { api: api.id, name: "reader", scopes: ["things:read"] });
  const unusedRole = await post("/v1/roles", { api: api.id, name: "unused", scopes });
  const limits = [{ name: "burst", kind: "rate", rate: 1_000 }];
  const plan = await post("/v1/plans", { name: `plan-${mark}`, limits });
  const unusedPlan = await post("/v1/plans", { name: `unused-${mark}`, limits });
  const idleOwner = await post("/v1/owners", { external_id: `idle-${mark}` });
  const base = { api: api.id, name: "key", owner: `own-${mark}` };
  const key = await post("/v1/keys", { ...base, scopes: ["things:read"], roles: ["reader"] });
  const second = await post(`/v1/keys/${key.id}/secrets`, {});
  const reserve = async () => {
    const { charge } = await post("/v1/verify", { credential: key.secret, reserve_seconds: 600 });
    return charge.id;
  };
  const charge = await reserve();
  const otherCharge = await reserve();
  const credits = [{ name: "prepaid", kind: "credits", limit: 10 }];
  const creditKey = await post("/v1/keys", {
    ...base,
    owner: `credit-${mark}`,
    limits: credits,
  });
  const creditOwner = await post("/v1/owners", {
    external_id: `prepaid-${mark}`,
    limits: credits,
  });
  const disabledKey = await post("/v1/keys", base);
  await server.call("POST", `/v1/keys/${disabledKey.id}/disable`, {
    ...(managementKey && { key: managementKey }),
  });
  const revokedKey = await post("/v1/keys", base);
  await post(`/v1/keys/${revokedKey.id}/revoke`, {});
  const rights = ["things:*"];
  const user = await post("/v1/owners", { external_id: `user-${mark}`, type: "user", rights });
  const ofUser = { api: api.id, owner: user.id, name: "token", scopes: ["things:read"] };
  const token = await post("/v1/tokens", ofUser);
  const people = await makePeople(server, post, mark);
  await post("/v1/keys", { ...base, owner: `ending-${mark}` });
  const revocation = await post("/v1/revocations", {
    filter: { owner: `ending-${mark}` },
    expected_count: 1,
  });
  const endpoints = await makeEndpoints(server, post, managementKey ? { key: managementKey } : {});
  const ofApi = { api: api.id, mark };
  const policy = await makePolicy(server, post, managementKey ? { key: managementKey } : {}, ofApi);
  const asking = { name: `asking-${mark}`, api: api.id, kind: "pat", approval: true };
  const asks = await post("/v1/policies", asking);
  const pendingToken = await post("/v1/tokens", ofUser);
  await server.call("DELETE", `/v1/policies/${asks.id}`, {
    ...(managementKey && { key: managementKey }),
  });
  const portal = { api: api.id, owner: key.owner_id, scopes: ["things:read"] };
  const codeOf = ({ url }: Body) => url.slice(url.indexOf("#code=") + 6);
  const unopened = await post("/v1/portal/sessions", portal);
  const opened = await post("/v1/portal/sessions", portal);
  const visitor = await post("/v1/portal/exchange", { code: codeOf(opened) });
  const clientBody = {
    name: "client",
    owner: `own-${mark}`,
    resources: [{ api: api.id, scopes: ["things:read"] }],
  };
  const client = await post("/v1/clients", clientBody);
  const creditClient = await post("/v1/clients", { ...clientBody, limits: credits });
  const clientSecret = await post(`/v1/clients/${client.id}/secrets`, {});
  const revokedClient = await post("/v1/clients", clientBody);
  await post(`/v1/clients/${revokedClient.id}/revoke`, {});
  return {
    ...people,
    charge,
    otherCharge,
    user: user.id,
    token: token.id,
    policy,
    pendingToken: pendingToken.id,
    ...endpoints,
    workspace: workspaces.json.data.at(-1)?.id ?? "",
    api: api.id,
    emptyApi: emptyApi.id,
    role: role.id,
    unusedRole: unusedRole.id,
    plan: plan.id,
    unusedPlan: unusedPlan.id,
    owner: key.owner_id,
    idleOwner: idleOwner.id,
    key: key.id,
    disabledKey: disabledKey.id,
    creditKey: creditKey.id,
    creditOwner: creditOwner.id,
    creditClient: creditClient.id,
    revokedKey: revokedKey.id,
    secondSecret: second.id,
    revocation: revocation.id,
    client: client.id,
    clientSecret: clientSecret.id,
    portalCode: codeOf(unopened),
    portalToken: visitor.token,
    portalSession: opened.id,
    revokedClient: revokedClient.id,
    credential: key.secret,
    epoch: await epochOf(server, api.id, managementKey),
    mark,
  };
}
