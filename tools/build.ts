// `npm run build`: makes what is published, a folder for each package: `build/core`, `build/sdk` and `build/server`.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, exec, ROOT } from "./exec.ts";

const PACKAGES = ["core", "sdk", "server"] as const;
const SOURCE_CONDITION = "@keyward/source";
/** Relative to a folder of `packages`, so that it is found from there. */
const CONFIG = "tsconfig.build.json";

rmSync(join(ROOT, "build"), { recursive: true, force: true });
for (const name of PACKAGES) await build(name);
if ((await exec(process.execPath, ["packages/dashboard/build.ts"])) !== 0) process.exit(1);
const DASHBOARD = join("server", "dist", "dashboard");
cpSync(join(ROOT, "packages", DASHBOARD), join(ROOT, "build", DASHBOARD), { recursive: true });

async function build(name: (typeof PACKAGES)[number]): Promise<void> {
  const source = join(ROOT, "packages", name);
  const target = join(ROOT, "build", name);
  mkdirSync(target, { recursive: true });
  const options = {
    extends: "../../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      // The server is a program, and nobody imports it.
      declaration: name !== "server",
      rootDir: join(ROOT, "packages"),
      outDir: join(target, "out"),
    },
    include: ["src"],
    exclude: ["src/**/*.test.ts", "src/**/*.types.ts", "src/**/*.contract.ts", "src/**/testing/**"],
  };
  const config = join(source, CONFIG);
  writeFileSync(config, JSON.stringify(options));
  try {
    if ((await exec(bin("tsc"), ["-p", config])) !== 0) process.exit(1);
  } finally {
    rmSync(config);
  }
  cpSync(join(target, "out", name, "src"), join(target, "dist"), { recursive: true });
  rmSync(join(target, "out"), { recursive: true });
  for (const extra of ["bin", "README.md"]) {
    if (existsSync(join(source, extra)))
      cpSync(join(source, extra), join(target, extra), { recursive: true });
  }
  cpSync(join(ROOT, "LICENSE"), join(target, "LICENSE"));
  const manifest = readFileSync(join(source, "package.json"), "utf8");
  writeFileSync(join(target, "package.json"), `${JSON.stringify(published(manifest), null, 2)}\n`);
}

/** Without the condition that leads to the sources, which are not published. */
function published(manifest: string): unknown {
  return JSON.parse(manifest, (key, value: unknown) =>
    key === SOURCE_CONDITION ? undefined : value,
  );
}
