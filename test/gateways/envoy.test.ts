// What `keyward recipes envoy` prints, in a real Envoy.
import { join } from "node:path";
import { gatewayContract, writeRecipe } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";
import { envoyProgram } from "./envoy-program.ts";

gatewayContract("envoy", async (setting) => {
  const { folder, port, token } = setting;
  writeRecipe("envoy", setting, ["--kong"]);
  const args = [
    "-c",
    join(folder, "envoy.yaml"),
    "--concurrency",
    "1",
    "--use-dynamic-base-id",
    "-l",
    "warning",
  ];
  return startProgram(envoyProgram(), args, { KEYWARD_PROXY_TOKEN: token }, port);
});
