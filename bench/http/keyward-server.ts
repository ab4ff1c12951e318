// A real server, as `npm start` starts it, on the data directory that it is given.
import { readConfig } from "../../packages/server/src/config.ts";
import { startServer } from "../../packages/server/src/main.ts";
import { reportToParent } from "./report.ts";

const [, , directory = ""] = process.argv;
const { url } = await startServer(
  readConfig({
    KEYWARD_DATA: directory,
    KEYWARD_PORT: "0",
    KEYWARD_METRICS_PORT: "off",
    KEYWARD_LOG_LEVEL: "warn",
  }),
);
reportToParent(Number(new URL(url).port));
