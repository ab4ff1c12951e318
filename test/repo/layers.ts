/** A place in the tree, and what it may know. */
export interface Layer {
  /** A file, or a folder with all that is in it. The longest path that matches a file is its layer. */
  readonly path: string;
  /** The other layers that it may import. */
  readonly knows: readonly string[];
  /** Packages of others, Node's own among them; `node:*` is all of Node's. */
  readonly packages: readonly string[];
}

const CORE = "packages/core/src";
const DIGEST = "packages/core/src/key/digest.ts";
const SIGNATURE = "packages/core/src/token/signature.ts";
const SECRET_TESTING = "packages/core/src/testing";
const VERIFIER = "packages/sdk/src/verifier";
const LIMITER = "packages/sdk/src/limiter";
const CLIENT = "packages/sdk/src/client";
const ADAPTERS = "packages/sdk/src/adapters";
const SDK_RUNTIME = "packages/sdk/src/runtime";
const SDK_USAGE = "packages/sdk/src/usage";
const SDK_FEED = "packages/sdk/src/feed";
const KEYWARD = "packages/sdk/src/keyward.ts";
const SERVER = "packages/server/src";
const CONTRACT = `${SERVER}/contract`;
const RUNTIME = `${SERVER}/runtime`;
const REDIS = `${SERVER}/redis`;
const CONFIG = `${SERVER}/config`;
const EGRESS = `${SERVER}/egress`;
const WEBHOOKS = `${SERVER}/webhooks`;
const AUDIT = `${SERVER}/audit`;
const STORAGE = `${SERVER}/storage`;
const SQL = `${SERVER}/storage/sql`;
const SQLITE = `${SERVER}/storage/sqlite`;
const SQLITE_MIGRATIONS = `${SERVER}/storage/sqlite/migrations`;
const POSTGRES = `${SERVER}/storage/postgres`;
const MOVE = `${SERVER}/storage/move`;
const OPERATIONS = `${SERVER}/operations`;
const FEED = `${SERVER}/feed`;
const LEASES = `${SERVER}/leases`;
const OIDC = `${SERVER}/oidc`;
const HTTP = `${SERVER}/http`;
const VERIFICATION = `${SERVER}/verification`;
const GRPC = `${SERVER}/grpc`;
const EDGE = `${SERVER}/edge`;
const JOBS = `${SERVER}/jobs`;
const WORKERS = `${SERVER}/workers`;
const OAUTH = `${SERVER}/oauth`;
const TELEMETRY = `${SERVER}/telemetry`;
const MAIN = `${SERVER}/main`;

/** Who may import whom. ARCHITECTURE.md prints this table; layers.test.ts holds both to the code. */
export const LAYERS: readonly Layer[] = [
  { path: CORE, knows: [DIGEST], packages: [] },
  { path: DIGEST, knows: [CORE], packages: ["node:crypto"] },
  { path: SIGNATURE, knows: [CORE], packages: ["node:crypto"] },
  { path: SECRET_TESTING, knows: [CORE], packages: ["node:*"] },
  { path: VERIFIER, knows: [CORE, DIGEST, SIGNATURE], packages: [] },
  { path: LIMITER, knows: [SDK_RUNTIME, CORE], packages: [] },
  { path: CLIENT, knows: [CORE], packages: [] },
  { path: ADAPTERS, knows: [CORE, SDK_RUNTIME, CLIENT], packages: [] },
  { path: SDK_RUNTIME, knows: [CORE], packages: [] },
  { path: SDK_USAGE, knows: [CORE], packages: [] },
  { path: "packages/sdk/src/spool.ts", knows: [SDK_USAGE], packages: ["node:*"] },
  { path: SDK_FEED, knows: [SDK_RUNTIME, LIMITER, VERIFIER, CLIENT, CORE, DIGEST], packages: [] },
  {
    path: KEYWARD,
    knows: [SDK_FEED, SDK_USAGE, SDK_RUNTIME, ADAPTERS, CLIENT, CORE],
    packages: [],
  },
  {
    path: "packages/sdk/src/testing.ts",
    knows: [KEYWARD, SDK_FEED, VERIFIER, ADAPTERS, CORE, DIGEST],
    packages: [],
  },
  { path: CONTRACT, knows: [CORE], packages: ["zod"] },
  { path: RUNTIME, knows: [CORE], packages: ["node:*", "pino", "prom-client"] },
  { path: CONFIG, knows: [CORE, RUNTIME], packages: ["node:*"] },
  { path: EGRESS, knows: [CORE], packages: ["node:*"] },
  { path: WEBHOOKS, knows: [EGRESS, STORAGE, RUNTIME, CORE], packages: ["node:*", "nodemailer"] },
  { path: AUDIT, knows: [CORE], packages: ["node:crypto", "jose"] },
  { path: STORAGE, knows: [CORE, DIGEST], packages: [] },
  {
    path: SQL,
    knows: [STORAGE, AUDIT, RUNTIME, CORE, DIGEST],
    packages: ["node:*", "kysely"],
  },
  {
    path: SQLITE,
    knows: [SQLITE_MIGRATIONS, SQL, STORAGE, AUDIT, RUNTIME, CORE, DIGEST],
    packages: ["node:*"],
  },
  { path: SQLITE_MIGRATIONS, knows: [], packages: [] },
  {
    path: POSTGRES,
    knows: [SQLITE_MIGRATIONS, SQL, STORAGE, RUNTIME, CORE],
    packages: ["node:*", "pg"],
  },
  { path: MOVE, knows: [SQLITE, POSTGRES, SQL, STORAGE, RUNTIME, CORE], packages: ["node:*"] },
  {
    path: OPERATIONS,
    knows: [CONTRACT, STORAGE, RUNTIME, CORE, DIGEST],
    packages: ["node:crypto"],
  },
  {
    path: OIDC,
    knows: [OPERATIONS, RUNTIME, CORE],
    packages: ["node:*", "jose", "openid-client", "zod"],
  },
  { path: FEED, knows: [CONTRACT, STORAGE, RUNTIME, CORE, DIGEST], packages: ["node:*"] },
  { path: LEASES, knows: [RUNTIME, LIMITER, VERIFIER, CORE], packages: [] },
  {
    path: HTTP,
    knows: [FEED, LEASES, OPERATIONS, CONTRACT, STORAGE, RUNTIME, VERIFIER, CORE, DIGEST],
    packages: ["node:*", "hono", "@hono/node-server", "zod", "csv-stringify"],
  },
  {
    path: VERIFICATION,
    knows: [HTTP, OPERATIONS, CONTRACT, STORAGE, RUNTIME, LIMITER, VERIFIER, CORE, DIGEST],
    packages: ["node:*", "zod"],
  },
  {
    path: GRPC,
    knows: [VERIFICATION],
    packages: ["node:*", "@grpc/grpc-js", "@grpc/proto-loader"],
  },
  { path: JOBS, knows: [OPERATIONS, STORAGE, RUNTIME, CORE], packages: ["node:*"] },
  { path: REDIS, knows: [CONFIG, RUNTIME, LIMITER, CORE], packages: ["node:*", "@redis/client"] },
  {
    path: EDGE,
    knows: [
      VERIFICATION,
      HTTP,
      RUNTIME,
      SDK_FEED,
      SDK_RUNTIME,
      SDK_USAGE,
      LIMITER,
      VERIFIER,
      CORE,
      DIGEST,
    ],
    packages: ["node:*"],
  },
  {
    path: WORKERS,
    knows: [VERIFICATION, STORAGE, CONFIG, RUNTIME, SDK_FEED, VERIFIER, CORE],
    packages: ["node:*"],
  },
  {
    path: OAUTH,
    knows: [
      VERIFICATION,
      HTTP,
      OPERATIONS,
      EGRESS,
      CONTRACT,
      STORAGE,
      RUNTIME,
      CORE,
      DIGEST,
      SIGNATURE,
    ],
    packages: ["node:*", "jose"],
  },
  {
    path: TELEMETRY,
    knows: [VERIFICATION, HTTP, STORAGE, CONFIG, RUNTIME, CORE],
    packages: ["node:*", "@grpc/grpc-js", "@opentelemetry/api", "@opentelemetry/sdk-node"],
  },
  {
    path: MAIN,
    knows: [
      TELEMETRY,
      GRPC,
      OAUTH,
      WORKERS,
      EDGE,
      REDIS,
      WEBHOOKS,
      EGRESS,
      VERIFICATION,
      HTTP,
      FEED,
      LEASES,
      JOBS,
      OIDC,
      AUDIT,
      OPERATIONS,
      CONTRACT,
      SQLITE,
      POSTGRES,
      STORAGE,
      CONFIG,
      RUNTIME,
      SDK_RUNTIME,
      LIMITER,
      VERIFIER,
      CORE,
    ],
    packages: ["node:*"],
  },
  {
    path: `${SERVER}/cli`,
    knows: [
      MAIN,
      CLIENT,
      MOVE,
      SQLITE,
      SQL,
      STORAGE,
      AUDIT,
      OPERATIONS,
      CONFIG,
      RUNTIME,
      CORE,
      DIGEST,
    ],
    packages: ["node:*", "commander", "csv-parse", "openid-client", "yaml"],
  },
  {
    path: "packages/dashboard/src",
    knows: [CLIENT, CORE],
    packages: ["react", "react-dom", "@tanstack/react-router", "@tanstack/react-query", "recharts"],
  },
];
