// What asking an edge costs nginx: against nginx that asks nobody, and against keys in a `map` of its own.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../packages/server/src/runtime/testing/free-port.ts";
import { EdgeProcess } from "../test/edge/edge-process.ts";
import { startNginx, stop } from "../test/gateways/processes.ts";
import { fight, rowOf, startProcess, started } from "./http/duel.ts";
import type { Contender } from "./http/duel.ts";
import { install } from "./http/installation.ts";
import type { BenchInstallation } from "./http/installation.ts";
import { ADDRESS, SCOPE } from "./population.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = { default: 10_000, million: 100_000 } as const;
const ROUNDS = 10;
const WARM_UP_ROUNDS = 5;
const ANSWER = "answered by the application";

export const suite: Suite = {
  programs: ["nginx-light"],
  async run(size) {
    const installation = await install(KEYS[size]);
    const folder = mkdtempSync(join(tmpdir(), "keyward-bench-"));
    const processes: ChildProcess[] = [];
    let edge: EdgeProcess | undefined;
    try {
      const keyward = startProcess("keyward-server.ts", [installation.directory], 0);
      processes.push(keyward);
      const { port } = await started(keyward);
      const upstream = `http://127.0.0.1:${port}`;
      edge = new EdgeProcess(folder, await feedTokenOf(upstream, installation));
      await edge.start(upstream);
      const ports = { bare: await freePort(), map: await freePort(), asking: await freePort() };
      writeFileSync(join(folder, "ok.txt"), ANSWER);
      writeFileSync(
        join(folder, "nginx.conf"),
        nginxOf({ ports, socketPath: edge.socketPath, folder, installation, keys: KEYS[size] }),
      );
      processes.push(await startNginx(folder, ports.bare));
      const generator = startProcess("generator.ts", [], 1);
      processes.push(generator);
      return await compare({ ports, generator, installation });
    } finally {
      await edge?.stop();
      for (const child of processes) await stop(child, "SIGTERM");
      installation.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Ports {
  readonly bare: number;
  readonly map: number;
  readonly asking: number;
}

async function feedTokenOf(url: string, { managementKey }: BenchInstallation): Promise<string> {
  const response = await fetch(`${url}/v1/keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${managementKey}`, "content-type": "application/json" },
    body: JSON.stringify({ api: "keyward", name: "edge", owner: "ops", scopes: ["feed:*"] }),
  });
  return ((await response.json()) as { readonly secret: string }).secret;
}

function nginxOf(of: {
  readonly ports: Ports;
  readonly socketPath: string;
  readonly folder: string;
  readonly installation: BenchInstallation;
  readonly keys: number;
}): string {
  const { ports, socketPath, folder, installation, keys } = of;
  const known = Array.from({ length: keys }, (_, index) => {
    return `"${installation.population.presented(index)}" 1;`;
  });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => {
    return `${name}_temp_path ${folder}/${name};`;
  });
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log error.log;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join(" ")}
  keepalive_requests 100000000;
  root ${folder};
  map_hash_max_size ${keys * 4};
  map_hash_bucket_size 128;
  map $http_x_api_key $is_known {
    default 0;
    ${known.join("\n    ")}
  }
  upstream keyward { server unix:${socketPath}; keepalive 64; }
  server {
    listen 127.0.0.1:${ports.bare};
    location / { try_files /ok.txt =404; }
  }
  server {
    listen 127.0.0.1:${ports.map};
    location / { if ($is_known = 0) { return 401; } try_files /ok.txt =404; }
  }
  server {
    listen 127.0.0.1:${ports.asking};
    location / { auth_request /_keyward; try_files /ok.txt =404; }
    location = /_keyward {
      internal;
      proxy_pass http://keyward/v1/ext-auth/nginx?api=acme&scopes=${SCOPE};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-URI /invoices/42;
      proxy_set_header X-Real-IP ${ADDRESS};
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
  }
}
`;
}

async function compare(of: {
  readonly ports: Ports;
  readonly generator: ChildProcess;
  readonly installation: BenchInstallation;
}): Promise<readonly Row[]> {
  const { ports, generator, installation } = of;
  // Of the population, every second key has no end; the others have ended by now.
  const head = [
    "GET / HTTP/1.1",
    "host: 127.0.0.1",
    `x-api-key: ${installation.population.presented(1)}`,
    "",
  ].join("\r\n");
  const contender = (port: number): Contender => {
    return { server: { port, cpu: () => Promise.resolve(Number.NaN) }, head, expected: ANSWER };
  };
  const against = async (name: string, port: number) => {
    const pairs = await fight({
      subject: contender(ports.asking),
      baseline: contender(port),
      generator,
      bodies: [""],
      warmUpRounds: WARM_UP_ROUNDS,
      rounds: ROUNDS,
    });
    return rowOf({ name, unit: "requests/s" }, pairs, (side) => side.perSecond);
  };
  return [
    await against("gateway.nginx", ports.bare),
    await against("gateway.nginx.map", ports.map),
  ];
}
