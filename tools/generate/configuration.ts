import { describeSettings } from "../../packages/server/src/config.ts";
import { EDGE_SETTINGS } from "../../packages/server/src/config/edge-config.ts";

/** The text of `docs/reference/configuration.md`. */
export function generateConfiguration(): string {
  return `<!-- Generated from packages/server/src/config.ts by npm run generate. Do not edit. -->

# Configuration

The server is configured by its environment alone. A setting that is left out, or empty, has its default. A name that
begins with \`KEYWARD_\` and is no setting, or a value that cannot be used, ends the start with exit code 78 and a list of
everything that is wrong.

${describeSettings()}
## An edge

\`keyward edge\` reads these instead, and its feed key from \`KEYWARD_TOKEN_FILE\`; see [the guide](../guides/edge.md).

${describeSettings(EDGE_SETTINGS)}
## Exit codes

| code | meaning |
| --- | --- |
| 0 | stopped by SIGTERM or SIGINT, everything written |
| 1 | a port or a file could not be had; the message says which |
| 70 | the database is damaged, or a defect of Keyward: the log has the reason |
| 75 | another process uses the data directory: try again later |
| 78 | the configuration, or the release, does not fit: starting again does not help |
`;
}
