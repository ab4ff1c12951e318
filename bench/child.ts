// Runs one suite in its own process and sends its rows to the parent.
import { ensureTestPrograms } from "../tools/test-programs.ts";
import { isSize } from "./suite.ts";
import type { Suite } from "./suite.ts";
import { SUITES, isSuiteName } from "./suites.ts";

const [, , name = "", size = ""] = process.argv;
if (!isSuiteName(name) || !isSize(size)) throw new Error(`no such suite: ${name}`);
const { suite }: { readonly suite: Suite } = await SUITES[name]();
if (suite.programs !== undefined) ensureTestPrograms(suite.programs);
process.send?.(await suite.run(size));
