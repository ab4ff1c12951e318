import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, describeSettings, readConfig } from "./config.ts";

test("an empty environment is a complete configuration", () => {
  const { dataDirectory, serverKeyFile, ...config } = readConfig({});
  assert.ok(dataDirectory.endsWith("/.keyward"));
  assert.equal(serverKeyFile, `${dataDirectory}/server.key`);
  assert.deepEqual(config, {
    host: "127.0.0.1",
    openTelemetry: false,
    port: 4141,
    redisTimeoutMs: 20,
    trustedProxies: [],
    logLevel: "info",
    connectionsMax: 10_000,
    connectionsPerAddressMax: 1_000,
    workers: 0,
    drainSeconds: 20,
    grpcPort: "off",
    stopDelaySeconds: 0,
    allowInsecureHttp: false,
    dpopNonces: false,
    egressAllow: [],
    mailFrom: "keyward@localhost",
  });
});

test("every problem is told at once, mistyped names included, and no value is repeated", () => {
  const environment = {
    KEYWARD_PORT: "70000",
    KEYWARD_PROT: "4141",
    KEYWARD_DATABASE_URL: "mysql://user:hunter2@host/db",
    KEYWARD_PUBLIC_URL: "ftp://hunter2",
    KEYWARD_TRUSTED_PROXIES: "10.0.0.0/8, hunter2",
    KEYWARD_LOG_LEVEL: "hunter2",
    KEYWARD_METRICS_PORT: "hunter2",
    PATH: "/usr/bin",
  };
  assert.throws(
    () => readConfig(environment),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        "KEYWARD_PROT is not a setting",
        "KEYWARD_PORT must be a whole number from 0 to 65535",
        "KEYWARD_METRICS_PORT must be a whole number from 0 to 65535",
        "KEYWARD_DATABASE_URL must begin with postgres://",
        "KEYWARD_PUBLIC_URL must be an http or https URL without query and fragment",
        "KEYWARD_TRUSTED_PROXIES must be networks: entry 2 is none",
        "KEYWARD_LOG_LEVEL must be one of debug, info, warn, error, silent",
      ]);
      return true;
    },
  );
});

test("TLS to a database elsewhere is verified unless its URL says otherwise", () => {
  const modeOf = (url: string) =>
    new URL(readConfig({ KEYWARD_DATABASE_URL: url }).databaseUrl ?? "").searchParams.get(
      "sslmode",
    );
  assert.equal(modeOf("postgres://u:p@db.example.com/keyward"), "verify-full");
  assert.equal(modeOf("postgresql://u:p@db.example.com/keyward?sslmode=require"), "verify-full");
  assert.equal(modeOf("postgres://u:p@db.example.com/keyward?sslmode=disable"), "disable");
  assert.equal(modeOf("postgres://u:p@127.0.0.1:5433/keyward"), "disable");
  assert.throws(() => modeOf("postgres://u:p@h/d?sslmode=prefer"), /sslmode that is none of/);
  assert.throws(() => modeOf("postgres://h"), /must name a database/);
});

test("an empty value counts as none", () => {
  assert.equal(readConfig({ KEYWARD_PORT: "", KEYWARD_PUBLIC_URL: " " }).port, 4141);
});

test("the public URL has no slash at its end", () => {
  const { publicUrl } = readConfig({ KEYWARD_PUBLIC_URL: "https://keys.example.com/at/" });
  assert.equal(publicUrl, "https://keys.example.com/at");
});

test("the table of settings names every setting with its default", () => {
  const table = describeSettings();
  assert.match(table, /^\| `KEYWARD_PORT` \| `4141` \| /m);
  assert.match(
    table,
    /^\| `KEYWARD_METRICS_PORT` \| the port after KEYWARD_PORT, if it is free \| /m,
  );
});
