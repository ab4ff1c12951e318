import assert from "node:assert/strict";
import { test } from "node:test";
import { startTelemetry } from "./start-telemetry.ts";

test("where OpenTelemetry's SDK is not installed, the start says which setting needs it and how to get it", async () => {
  const missing = Object.assign(new Error("none"), { code: "ERR_MODULE_NOT_FOUND" });
  const started = startTelemetry({
    version: "0.0.0",
    log: { warning: () => {} },
    load: async () => await Promise.reject(missing),
  });
  await assert.rejects(started, {
    name: "ConfigError",
    message:
      "KEYWARD_OPENTELEMETRY needs @opentelemetry/sdk-node: install it beside keyward, as npm install @opentelemetry/sdk-node does",
  });
});
