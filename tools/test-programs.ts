// The programs of others that tests and benches run for real. On Debian, as root, they are installed when they are missing.
import { spawnSync } from "node:child_process";

const PROGRAMS = [
  {
    program: "nginx",
    debianPackage: "nginx-light",
    why: "its recipe is tested in it",
  },
  { program: "caddy", debianPackage: "caddy", why: "its recipe is tested in it" },
  { program: "haproxy", debianPackage: "haproxy", why: "its recipe is tested in it" },
  {
    program: "apache2",
    debianPackage: "apache2 lua-socket",
    why: "its recipe is tested in it",
  },
  { program: "openssl", debianPackage: "openssl", why: "it makes the certificates of clients" },
  { program: "curl", debianPackage: "curl", why: "the guides are tested with it" },
  { program: "redis-server", debianPackage: "redis-server", why: "limits are counted in it" },
  {
    program: "systemd-analyze",
    debianPackage: "systemd",
    why: "the unit for systemd is checked by it",
  },
  { program: "chromium", debianPackage: "chromium", why: "the dashboard is tested in it" },
  {
    program: "/usr/lib/postgresql/*/bin/postgres",
    debianPackage: "postgresql",
    why: "storage that many nodes share is tested on it",
  },
  { program: "pgbouncer", debianPackage: "pgbouncer", why: "storage is tested through it" },
  { program: "strace", debianPackage: "strace", why: "it lets single writes to the disk fail" },
  { program: "promtool", debianPackage: "prometheus", why: "the alert rules are tested by it" },
] as const satisfies readonly Program[];

interface Program {
  /** Its name, or a pattern of its path where Debian keeps it away from the search path. */
  readonly program: string;
  /** One or more, by blanks. */
  readonly debianPackage: string;
  readonly why: string;
}

export type DebianPackage = (typeof PROGRAMS)[number]["debianPackage"];

/** Ends the process where one is missing and cannot be installed. @param wanted all if left out */
export function ensureTestPrograms(wanted?: readonly DebianPackage[]): void {
  const missing = PROGRAMS.filter(
    ({ program, debianPackage }) =>
      (wanted === undefined || wanted.includes(debianPackage)) && !isThere(program),
  );
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isThere("apt-get")) {
    for (const { program, why } of missing) process.stderr.write(`${program} is missing: ${why}\n`);
    process.exit(1);
  }
  const packages = missing.map(({ debianPackage }) => debianPackage);
  process.stderr.write(`keyward: installing ${packages.join(", ")}\n`);
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ${packages.join(" ")}`;
  const { status } = spawnSync("sh", ["-c", install], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
}

function isThere(program: string): boolean {
  const look = program.startsWith("/") ? `ls ${program}` : `command -v ${program}`;
  return spawnSync("sh", ["-c", look], { stdio: "ignore" }).status === 0;
}
