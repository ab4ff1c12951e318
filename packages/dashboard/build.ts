// Builds the dashboard into the server's package, unless what is there was made of the same sources.
import { createHash } from "node:crypto";
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The server serves what is here; published, it is part of the package. */
export const BUILT = join(ROOT, "packages/server/dist/dashboard");
const STAMP = "built-from";
const SOURCES = [
  "packages/dashboard/**/*.{ts,tsx,css,html,svg,json}",
  "packages/core/src/**/*.ts",
  "packages/sdk/src/client/**/*.ts",
  "package-lock.json",
];
const COMPRESSIBLE = /\.(?:js|css|html|svg)$/;

/** @returns whether there was anything to do */
export async function buildDashboard(): Promise<boolean> {
  const digest = sourcesDigest();
  if (readStamp() === digest) return false;
  // Loaded when there is something to do: every start and every test asks.
  const { build } = await import("vite");
  const { VITE_OPTIONS } = await import("./vite-options.ts");
  process.stderr.write("keyward: building the dashboard (once for each change of its sources)\n");
  const parent = dirname(BUILT);
  mkdirSync(parent, { recursive: true });
  const staged = mkdtempSync(join(parent, ".dashboard-"));
  await build({
    ...VITE_OPTIONS,
    logLevel: "warn",
    build: { ...VITE_OPTIONS.build, outDir: staged, emptyOutDir: true },
  });
  compress(staged);
  writeFileSync(join(staged, STAMP), digest);
  // A temporary directory is its maker's alone; whoever runs the published server must read it.
  chmodSync(staged, 0o755);
  swap(staged);
  return true;
}

function sourcesDigest(): string {
  const hash = createHash("sha256");
  for (const path of globSync(SOURCES, { cwd: ROOT, exclude: ["**/node_modules/**"] }).sort()) {
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest("hex");
}

function readStamp(): string | undefined {
  try {
    return readFileSync(join(BUILT, STAMP), "utf8");
  } catch {
    return undefined;
  }
}

/** Once here, and not with each request. */
function compress(directory: string): void {
  for (const path of globSync("**/*", { cwd: directory })) {
    if (!COMPRESSIBLE.test(path)) continue;
    const file = join(directory, path);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

/** A rename each way: whoever serves meanwhile finds the former files or the new ones, whole. */
function swap(staged: string): void {
  const former = `${staged}-former`;
  try {
    renameSync(BUILT, former);
  } catch {
    // There was none.
  }
  renameSync(staged, BUILT);
  rmSync(former, { recursive: true, force: true });
}

if (import.meta.main) await buildDashboard();
