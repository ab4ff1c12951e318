import type { Page } from "playwright-core";
import type { Body, TestServer } from "../http/test-server.ts";

interface Seeded {
  readonly billing: Body;
  readonly rotating: Body;
}

/** Every page and every state of one that an address leads to. */
export async function pathsOf(server: TestServer, { billing, rotating }: Seeded) {
  const first = async (list: string) => (await server.call("GET", list)).json.data[0]?.id ?? "";
  const key = `/keys/${billing.id}`;
  const client = `/clients/${await first("/v1/clients")}`;
  const webhook = `/webhooks/${await first("/v1/webhooks")}`;
  return [
    "/",
    "/setup",
    "/keys",
    "/keys?q=zzz",
    "/keys?env=test",
    "/keys/new?name=Prefilled",
    key,
    `${key}?tab=permissions`,
    `${key}?tab=limits`,
    `${key}?tab=try`,
    `${key}?tab=history`,
    `${key}?tab=settings`,
    `/keys/${rotating.id}`,
    "/keys/key_nothing",
    "/clients",
    "/clients?env=test",
    "/clients/new",
    client,
    `${client}?tab=access`,
    `${client}?tab=limits`,
    `${client}?tab=settings`,
    `${client}?tab=history`,
    "/tokens",
    "/tokens?of=all",
    "/tokens?status=pending",
    "/tokens/new",
    "/owners",
    "/owners/new",
    `/owners/${await first("/v1/owners")}`,
    "/apis",
    "/apis/new",
    `/apis/${await first("/v1/apis")}`,
    "/roles",
    "/roles/new",
    `/roles/${await first("/v1/roles")}`,
    "/plans",
    "/plans/new",
    `/plans/${await first("/v1/plans")}`,
    "/policies",
    "/policies/new",
    `/policies/${await first("/v1/policies")}`,
    "/safety",
    "/safety?finding=no_expiry",
    "/safety?finding=leaked&env=test",
    "/usage",
    "/usage?range=7d&by=code",
    "/logs",
    "/logs?outcome=denied",
    "/logs?filter=path:/nothing",
    "/webhooks",
    "/webhooks/new",
    webhook,
    `${webhook}?state=failed`,
    `${webhook}?tab=settings`,
    "/audit",
    "/audit?target=nothing",
    "/settings",
    "/settings?tab=members",
    "/settings?tab=sessions",
    "/no-such-page",
  ];
}

/** Goes there as a link would: loading the page anew would forget the key that was signed in with. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState({}, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"))`,
  );
  await page.waitForFunction(
    `location.pathname + location.search === ${JSON.stringify(path)} || location.search !== ""`,
  );
  await page.locator("h1").first().waitFor();
  await page.locator("[aria-busy=true], [data-late]").first().waitFor({ state: "detached" });
}
