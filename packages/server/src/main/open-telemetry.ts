import type { Log } from "../runtime/log.ts";
import { readVersion } from "../runtime/version.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/**
 * Loads and starts what sends to OpenTelemetry.
 *
 * @throws ConfigError where its SDK is not installed
 */
export async function openTelemetry(log: Log): Promise<Telemetry> {
  const { startTelemetry } = await import("../telemetry/start-telemetry.ts");
  return await startTelemetry({ version: readVersion(), log });
}
