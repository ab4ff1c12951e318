// Writes every file that is derived from another: `npm run generate`. With `--check` it only says which are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generateClient } from "./generate/client.ts";
import { generateConfiguration } from "./generate/configuration.ts";

const GENERATED: Readonly<Record<string, () => string>> = {
  "packages/sdk/src/client/operations.generated.ts": generateClient,
  "docs/reference/configuration.md": generateConfiguration,
};

const onlyCheck = process.argv.includes("--check");
for (const [path, generate] of Object.entries(GENERATED)) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const text = generate();
  if (read(file) === text) continue;
  if (onlyCheck) {
    console.error(`${path} is out of date: run npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.error(`wrote ${path}`);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
