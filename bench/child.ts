// Runs one suite in its own process and sends its rows to the parent.
import { SUITES, isSuiteName } from "./suites.ts";

const name = process.argv[2] ?? "";
if (!isSuiteName(name)) throw new Error(`no such suite: ${name}`);
const { suite } = await SUITES[name]();
process.send?.(await suite.run());
