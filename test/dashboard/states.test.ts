// WCAG 2.2 AA as far as a program can tell, in what a page shows when it has nothing to show: while it loads, when there is
// nothing, when Keyward is away, and to whom may not see it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { violationsOn } from "./axe.ts";
import type { Depth } from "./axe.ts";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture, Window } from "./browser.ts";
import { goTo } from "./pages.ts";

/** Each reads something before it can show anything. */
const READING = [
  "/",
  "/keys",
  "/clients",
  "/tokens",
  "/owners",
  "/apis",
  "/roles",
  "/plans",
  "/policies",
  "/safety",
  "/usage",
  "/logs",
  "/webhooks",
  "/audit",
  "/settings?tab=members",
];
const LATENCY_MS = 3_000;

const LOOKS = [
  { look: "light", theme: "light", depth: "everything" },
  { look: "dark", theme: "dark", depth: "colours" },
  { look: "forced colours", theme: "dark", forcedColors: true, depth: "colours" },
] as const;

let fixture: DashboardFixture;

before(async () => {
  fixture = await startDashboard();
});

after(async () => await fixture.stop());

/** As a link leads there, without waiting for what it reads. */
async function leadTo(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState({}, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"))`,
  );
}

/** Has the browser fetch the code of every page, so that what follows is about the pages and not about their code. */
async function visitAll(page: Page): Promise<void> {
  for (const path of READING) await goTo(page, path);
}

async function judge(
  { page }: Window,
  depth: Depth,
  show: (path: string) => Promise<void>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of READING) {
    await show(path);
    found.push(...(await violationsOn(page, depth)).map((violation) => `${path}: ${violation}`));
  }
  return found;
}

for (const { look, depth, ...options } of LOOKS) {
  test(`axe finds nothing on pages that have nothing to show, in ${look}`, async () => {
    const window = await fixture.open(options);
    const found = await judge(window, depth, (path) => goTo(window.page, path));
    assert.deepEqual(found, []);
    assert.deepEqual(window.complaints, []);
    await window.context.close();
  });

  test(`axe finds nothing on pages while they load, in ${look}`, async () => {
    const window = await fixture.open(options);
    const { page, context } = window;
    await visitAll(page);
    const network = await context.newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    let turn = 0;
    const found = await judge(window, depth, async (path) => {
      // What was read before would be shown at once; of the other environment nothing was.
      turn += 1;
      await leadTo(page, `${path}${path.includes("?") ? "&" : "?"}env=test&after=${turn}`);
      await page.locator("h1").first().waitFor();
    });
    assert.deepEqual(found, []);
    await context.close();
  });

  test(`axe finds nothing on pages while Keyward is away, in ${look}`, async () => {
    const window = await fixture.open(options);
    const { page, context } = window;
    await visitAll(page);
    await context.setOffline(true);
    const found = await judge(window, depth, async (path) => {
      await leadTo(page, `${path}${path.includes("?") ? "&" : "?"}env=test`);
      await page.locator("h1").first().waitFor();
      await page.locator("[data-late]").first().waitFor({ state: "detached" });
    });
    assert.deepEqual(found, []);
    await context.close();
  });

  test(`axe finds nothing on pages for who may not see them, in ${look}`, async () => {
    const body = { api: "keyward", name: "Nothing", owner: "nobody", scopes: ["keys:verify"] };
    const { json } = await fixture.server.call("POST", "/v1/keys", { body });
    const window = await fixture.open({ ...options, as: "key", key: json.secret });
    const found = await judge(window, depth, (path) => goTo(window.page, path));
    await goTo(window.page, "/owners");
    await window.page.getByText("The operation needs owners:read").waitFor();
    assert.deepEqual(found, []);
    await window.context.close();
  });
}
