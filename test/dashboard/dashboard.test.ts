// The dashboard in a browser, before a real server: nothing is mocked, and every refusal of the policy is a failure.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture } from "./browser.ts";
import { seed } from "./seed.ts";

let fixture: DashboardFixture;

before(async () => {
  fixture = await startDashboard();
  await seed(fixture.server);
});

after(async () => await fixture.stop());

test("who signs in with a management key sees the keys, and loading the page again forgets the key (K4)", async () => {
  const { page, context, complaints } = await fixture.open();
  await page.getByRole("link", { name: "Nightly billing job" }).waitFor();
  const kept = await context.storageState();
  assert.deepEqual(kept.origins, []);
  assert.deepEqual(kept.cookies, []);
  await page.reload();
  await page.getByLabel("Management key").waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
