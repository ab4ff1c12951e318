// `npm run soak -- [--minutes 10] [--seed N]`: exit code 0 when nothing happened that must never happen.
import { parseArgs } from "node:util";
import { ensureTestPrograms } from "../../tools/test-programs.ts";
import { soak } from "./soak.ts";

const MINUTES_MAX = 24 * 60;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string" } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(minutes > 0 && minutes <= MINUTES_MAX) || !Number.isSafeInteger(seed)) {
  console.error("usage: npm run soak -- [--minutes 10] [--seed N]");
  process.exit(2);
}
ensureTestPrograms(["postgresql"]);
console.log(`seed ${seed}`);
const report = await soak({ seconds: minutes * 60, seed, say: (line) => console.log(line) });
console.log(JSON.stringify(report, null, 2));
