// What `keyward recipes haproxy` prints, in a real HAProxy.
import { join } from "node:path";
import { gatewayContract, writeRecipe } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";

gatewayContract("haproxy", async (setting) => {
  const { folder, port, token } = setting;
  writeRecipe("haproxy", setting, ["--kong"]);
  const args = ["-db", "-f", join(folder, "haproxy.cfg")];
  return startProgram("haproxy", args, { KEYWARD_PROXY_TOKEN: token }, port);
});
