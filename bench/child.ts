// Runs one suite in its own process and sends its rows to the parent.
import { isSize } from "./suite.ts";
import { SUITES, isSuiteName } from "./suites.ts";

const [, , name = "", size = ""] = process.argv;
if (!isSuiteName(name) || !isSize(size)) throw new Error(`no such suite: ${name}`);
const { suite } = await SUITES[name]();
process.send?.(await suite.run(size));
