import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { AxeResults } from "axe-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** All that axe knows, or what a theme alone can make wrong. */
export type Depth = "everything" | "colours";

/** What axe finds wrong with what is shown now: rule, and where. It runs beside the page's policy, which lets no script in. */
export async function violationsOn(page: Page, depth: Depth): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const runOnly = depth === "everything" ? TAGS : ["color-contrast", "link-in-text-block"];
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)} })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} (${failureSummary})`),
  );
}
