// WCAG 2.2 AA as far as a program can tell: every page, in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { violationsOn } from "./axe.ts";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture } from "./browser.ts";
import { goTo, pathsOf } from "./pages.ts";
import { seed } from "./seed.ts";

let fixture: DashboardFixture;
let paths: readonly string[];

before(async () => {
  fixture = await startDashboard();
  paths = await pathsOf(fixture.server, await seed(fixture.server));
});

after(async () => await fixture.stop());

const THEMES = [
  { theme: "light", depth: "everything" },
  { theme: "dark", depth: "colours" },
] as const;

for (const { theme, depth } of THEMES) {
  test(`axe finds nothing on any page in the ${theme} theme`, async () => {
    const { page, context, complaints } = await fixture.open({ theme });
    const found: string[] = [];
    for (const path of paths) {
      await goTo(page, path);
      found.push(...(await violationsOn(page, depth)).map((violation) => `${path}: ${violation}`));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("axe finds nothing in any dialog, nor on the page that signs in", async () => {
  const { page, context, complaints } = await fixture.open();
  const found: string[] = [];
  const look = async (what: string) => {
    const violations = await violationsOn(page, "everything");
    found.push(...violations.map((violation) => `${what}: ${violation}`));
  };
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const dialog = page.getByRole("dialog");
  const lookAtDialogs = async (...openers: readonly string[]) => {
    for (const name of openers) {
      await button(name).click();
      await dialog.waitFor();
      await look(name);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    }
  };
  await page.keyboard.press("Control+k");
  await page.keyboard.type("bill");
  // The filters of the page behind have options, too, as soon as it is loaded.
  await dialog.getByRole("option").first().waitFor();
  await look("palette");
  await page.keyboard.press("Escape");
  await page.getByLabel("Select all on this page").check();
  await button("Revoke …").click();
  await look("many keys");
  await page.keyboard.press("Escape");
  await goTo(page, paths.find((path) => /^\/keys\/key_\w+$/.test(path)) ?? "");
  await lookAtDialogs("Rotate", "Revoke");
  await button("Rotate").click();
  await dialog.getByRole("button", { name: "Rotate" }).click();
  await dialog.getByLabel("Key").waitFor();
  await look("reveal");
  await button("Copy key").click();
  await dialog.getByRole("status").getByText("Copied").waitFor();
  await button("I have stored it").click();
  await goTo(page, paths.find((path) => /^\/clients\/cli_\w+$/.test(path)) ?? "");
  await lookAtDialogs("Rotate secret", "End now", "End all tokens", "Revoke");
  await goTo(page, paths.find((path) => /^\/webhooks\/whk_\w+$/.test(path)) ?? "");
  await lookAtDialogs("Rotate secret", "Send failed ones again");
  await button("Sign out").click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await look("sign in");
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
  await context.close();
});
