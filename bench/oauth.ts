// What a token costs where it is issued, against `oidc-provider`, and where it is decided about, against the bare signature.
import type { ChildProcess } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import {
  makeClaims,
  makeClient,
  makeSigner,
  signToken,
} from "../packages/sdk/src/testing/token-fixture.ts";
import {
  Feed,
  grant,
  makeApi,
  makeOwner,
  NOW,
} from "../packages/sdk/src/testing/verifier-fixture.ts";
import { fight, rowOf, startProcess, started } from "./http/duel.ts";
import { install } from "./http/installation.ts";
import { comparePaired, pick } from "./paired.ts";
import type { Row, Suite } from "./suite.ts";

const ROUNDS = 12;
const WARM_UP_ROUNDS = 6;
const RESOURCES = { es256: "https://signed.example", opaque: "https://opaque.example" } as const;
const TOKENS_PER_ROUND = 20;
const TOKENS_SEEN = 1_000;

export const suite: Suite = {
  async run() {
    return [...(await seen()), ...(await issued())];
  },
};

/** Of a token that was never seen before the signature is checked; of others it is remembered that it holds. */
async function seen(): Promise<readonly Row[]> {
  const feed = new Feed();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const resources = [{ apiId: api.id, scopes: [grant("invoices:*")] }];
  const client = makeClient(api, owner, { resources });
  const signer = makeSigner(api);
  const verifier = new Verifier();
  verifier.apply([
    feed.api(api),
    feed.owner(owner),
    feed.commit({ entity: "signing_key", id: signer.value.id, value: signer.value }),
    feed.commit({ entity: "client", id: client.id, value: client }),
  ]);
  const request = { api: "acme", scopes: { all: ["invoices:read"] } };
  const make = () => signToken(signer, makeClaims(client, api, { scope: "invoices:read" }));
  const known = Array.from({ length: TOKENS_SEEN }, make);
  const decide = (tokens: readonly string[]) => {
    let allowed = 0;
    for (const token of tokens) {
      const { code } = verifier.verify(feed.workspaceId, token, request, NOW);
      if (code === "allowed") allowed++;
    }
    if (allowed !== tokens.length) throw new Error("a good token was refused");
    return allowed;
  };
  const key = createPublicKey({ key: { ...signer.value.publicKey }, format: "jwk" });
  const sides = { rounds: 200, subject: decide, baseline: checkAll(key) };
  decide(known);
  return [
    await comparePaired({
      ...sides,
      name: "verify.jwt.known.seen",
      inputs: (round) => pick(round, TOKENS_PER_ROUND, TOKENS_SEEN).map((at) => known[at] ?? ""),
    }),
    await comparePaired({
      ...sides,
      name: "verify.jwt.known.unseen",
      inputs: () => Array.from({ length: TOKENS_PER_ROUND }, make),
    }),
  ];
}

/** The signature and nothing else, by `node:crypto`. */
function checkAll(key: KeyObject) {
  const options = { key, dsaEncoding: "ieee-p1363" } as const;
  return (tokens: readonly string[]) => {
    let good = 0;
    for (const token of tokens) {
      const end = token.lastIndexOf(".");
      const signature = Buffer.from(token.slice(end + 1), "base64url");
      if (verify("sha256", Buffer.from(token.slice(0, end)), options, signature)) good++;
    }
    return good;
  };
}

/** Both authenticate a client by its secret; ours keeps opaque tokens on the disk, theirs in memory. */
async function issued(): Promise<readonly Row[]> {
  const installation = await install(1);
  const processes: ChildProcess[] = [];
  const start = (file: string, args: readonly string[], core: number) => {
    const child = startProcess(file, args, core);
    processes.push(child);
    return child;
  };
  try {
    const keyward = await started(start("keyward-server.ts", [installation.directory], 0));
    const { id, secret } = await makeClients(keyward.port, installation.managementKey);
    const rivalArgs = [id, secret, RESOURCES.es256];
    const rival = await started(start("oidc-provider-server.ts", rivalArgs, 0));
    const generator = start("generator.ts", [], 1);
    const headTo = (target: string) =>
      [
        `POST ${target} HTTP/1.1`,
        "host: 127.0.0.1",
        `authorization: Basic ${btoa(`${id}:${secret}`)}`,
        "content-type: application/x-www-form-urlencoded",
        "",
      ].join("\r\n");
    const rows: Row[] = [];
    for (const [form, resource] of Object.entries(RESOURCES)) {
      const body = new URLSearchParams({ grant_type: "client_credentials", resource }).toString();
      const expected = '"access_token"';
      const pairs = await fight({
        subject: { server: keyward, head: headTo("/oauth/token"), expected },
        baseline: { server: rival, head: headTo("/token"), expected },
        generator,
        bodies: [body],
        warmUpRounds: WARM_UP_ROUNDS,
        rounds: ROUNDS,
      });
      const name = `oauth.token.${form}`;
      rows.push(rowOf({ name, unit: "tokens/s" }, pairs, (side) => side.perSecond));
      const cpu = { name: `${name}.cpu`, unit: "µs/token" };
      rows.push(rowOf(cpu, pairs, ({ cpuMicroseconds }) => cpuMicroseconds));
    }
    return rows;
  } finally {
    for (const child of processes) child.kill("SIGKILL");
    installation.remove();
  }
}

interface MadeClient {
  readonly id: string;
  readonly secret: string;
}

async function makeClients(port: number, key: string): Promise<MadeClient> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text) as MadeClient;
  };
  const scopes = ["invoices:read"];
  const shared = { scopes, token_algorithm: "ES256" };
  const prefixes = { es256: "signed", opaque: "opaque" } as const;
  for (const [form, audience] of Object.entries(RESOURCES)) {
    const prefix = prefixes[form === "opaque" ? "opaque" : "es256"];
    const token_format = form === "opaque" ? "opaque" : "jwt";
    await post("/v1/apis", { name: form, prefix, audience, token_format, ...shared });
  }
  const resources = Object.values(prefixes).map((api) => ({ api, scopes }));
  return post("/v1/clients", { name: "bench", owner: "bench", resources });
}
