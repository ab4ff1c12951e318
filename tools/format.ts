// `npm run format`: writes every file in the one format that there is.
import { bin, exec } from "./exec.ts";

process.exitCode = await exec(bin("oxfmt"), ["."]);
