// `npm start`: brings the dashboard up to date with its sources, and serves.
import { run } from "../packages/server/src/main.ts";
import { exec } from "./exec.ts";

// In a process of its own, whose tools the server does not keep in memory. Where it fails, Keyward serves all the same, and
// its page says what is missing.
await exec(process.execPath, ["packages/dashboard/build.ts"]);
await run();
