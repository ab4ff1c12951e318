// Facts about the source that no compiler or linter sees.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, shippedSources } from "./sources.ts";
import type { SourceFile } from "./sources.ts";

interface Ban {
  readonly what: RegExp;
  readonly instead: string;
  /** Where it is at home. */
  readonly except: RegExp;
}

const BANS: readonly Ban[] = [
  { what: /Math\.random/, instead: "an injected Random", except: /^packages\/sdk\/src\/client\// },
  {
    what: /\bDate\.now\(|new Date\(\)/,
    instead: "an injected Clock",
    except: /runtime\/clock\.ts$|^packages\/sdk\/src\/client\//,
  },
  {
    what: /process\.env/,
    instead: "config.ts",
    // The last only shows others how to read theirs.
    except: /^packages\/server\/src\/(?:config\.ts$|cli\/)|\/(?:create|request)-samples\.ts$/,
  },
  { what: /\bconsole\./, instead: "the log, or the command line's output", except: /^$/ },
  { what: /@ts-ignore|@ts-nocheck/, instead: "a type", except: /^$/ },
  { what: /export default/, instead: "a name", except: /^$/ },
  { what: /\bFIXME\b|\bTODO\b|\bXXX\b/, instead: "the work itself", except: /^$/ },
  { what: /\.prototype\.\w+ =/, instead: "a function", except: /^$/ },
  { what: /insecureHTTPParser: true/, instead: "Node's strict parser (T28)", except: /^$/ },
];

for (const { what, instead, except } of BANS) {
  test(`tidy: nothing that ships has ${what.source}; use ${instead}`, () => {
    const found = shippedSources().filter(
      ({ path, text }) => !except.test(path) && what.test(withoutComments(text)),
    );
    assert.deepEqual(
      found.map(({ path }) => path),
      [],
    );
  });
}

test("tidy: no file is called index, because a name says what is inside", () => {
  const named = shippedSources().filter(({ path }) => /\/index\.tsx?$/.test(path));
  assert.deepEqual(
    named.map(({ path }) => path),
    [],
  );
});

test("tidy: every link between the documents leads somewhere", () => {
  const broken = trackedFiles()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) => brokenLinks({ path, text: readFileSync(join(ROOT, path), "utf8") }));
  assert.deepEqual(broken, []);
});

test("tidy: no file has a mark that a merge has left behind", () => {
  const marked = trackedFiles()
    .filter((path) => /\.(?:md|ts|tsx|mjs|json|txt|css|yaml)$/.test(path))
    .filter((path) => /^(?:<{7}|>{7}) /m.test(readFileSync(join(ROOT, path), "utf8")));
  assert.deepEqual(marked, []);
});

test("tidy: no lock file names download addresses", () => {
  for (const path of trackedFiles().filter((each) => each.endsWith("package-lock.json"))) {
    assert.doesNotMatch(readFileSync(join(ROOT, path), "utf8"), /"resolved": "https?:/, path);
  }
});

function brokenLinks({ path, text }: SourceFile): readonly string[] {
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)];
  return links
    .map(([, target = ""]) => join(path, "..", target))
    .filter((target) => !existsSync(join(ROOT, target)))
    .map((target) => `${path} → ${target}`);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

function trackedFiles(): readonly string[] {
  return execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
}
