// What `keyward recipes caddy` prints, in a real Caddy.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayContract, writeRecipe } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";

gatewayContract("caddy", async (setting) => {
  const { folder, port, token } = setting;
  writeRecipe("caddy", setting, ["--kong"]);
  const file = join(folder, "Caddyfile");
  writeFileSync(file, `{\n\tadmin off\n}\n${readFileSync(file, "utf8")}`);
  const env = { KEYWARD_PROXY_TOKEN: token, HOME: folder, XDG_DATA_HOME: folder };
  return startProgram("caddy", ["run", "--adapter", "caddyfile", "--config", file], env, port);
});
