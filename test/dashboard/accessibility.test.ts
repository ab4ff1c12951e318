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
