// `npm run build [-- DIRECTORY [PACKAGE …]]`: makes what is published, a folder for each package, in `build` if left out.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RECIPE_NAMES, recipeFolder } from "../packages/server/src/cli/recipes/recipes.ts";
import { bin, exec, ROOT } from "./exec.ts";

const SOURCE_CONDITION = "@keyward/source";
const DASHBOARD = join("server", "dist", "dashboard");

const [directory = "build", ...named] = process.argv.slice(2);
const packages = named.length > 0 ? named : ["core", "sdk", "server"];
for (const name of packages) await build(name);
if (packages.includes("server")) {
  if ((await exec(process.execPath, ["packages/dashboard/build.ts"])) !== 0) process.exit(1);
  cpSync(join(ROOT, "packages", DASHBOARD), resolve(ROOT, directory, DASHBOARD), {
    recursive: true,
  });
  for (const gateway of new Set(RECIPE_NAMES.map(recipeFolder))) {
    const place = join("deploy", gateway);
    cpSync(join(ROOT, place), resolve(ROOT, directory, "server", place), { recursive: true });
  }
}

async function build(name: string): Promise<void> {
  const source = join(ROOT, "packages", name);
  const target = resolve(ROOT, directory, name);
  const compiled = join(target, "compiled");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(compiled, { recursive: true });
  const tests = ["**/*.test.ts", "**/*.types.ts", "**/*.contract.ts", "testing/**"];
  const options = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      // The server is a program, and nobody imports it.
      declaration: name !== "server",
      rootDir: join(ROOT, "packages"),
      outDir: compiled,
      typeRoots: [join(ROOT, "node_modules/@types")],
    },
    include: [join(source, "src")],
    exclude: tests.map((pattern) => join(source, "src", pattern)),
  };
  const config = join(compiled, "tsconfig.json");
  writeFileSync(config, JSON.stringify(options));
  if ((await exec(bin("tsc"), ["-p", config])) !== 0) process.exit(1);
  cpSync(join(compiled, name, "src"), join(target, "dist"), { recursive: true });
  rmSync(compiled, { recursive: true });
  for (const extra of ["bin", "proto", "README.md"]) {
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
