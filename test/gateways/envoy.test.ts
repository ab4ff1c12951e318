// What `keyward recipes envoy` and `keyward recipes envoy-grpc` print, in a real Envoy.
import { join } from "node:path";
import { gatewayContract, writeRecipe } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";
import { envoyProgram } from "./envoy-program.ts";

const OPTIONS = ["--concurrency", "1", "--use-dynamic-base-id", "-l", "warning"];

for (const name of ["envoy", "envoy-grpc"]) {
  gatewayContract(name, async (setting) => {
    const { folder, port, token, keywardPort, grpcPort } = setting;
    const asked = name === "envoy" ? keywardPort : grpcPort;
    writeRecipe(name, { ...setting, keywardPort: asked }, ["--kong"]);
    const args = ["-c", join(folder, `${name}.yaml`), ...OPTIONS];
    return startProgram(envoyProgram(), args, { KEYWARD_PROXY_TOKEN: token }, port);
  });
}
