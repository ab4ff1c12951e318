// The shipped recipe, deploy/caddy/Caddyfile, in a real Caddy.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { editedRecipe, gatewayContract } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";

gatewayContract("caddy", async ({ folder, keywardPort, applicationPort, port, token }) => {
  const file = join(folder, "Caddyfile");
  const recipe = editedRecipe("caddy/Caddyfile", [
    ["http://:80 {", `http://:${port} {\n\tbind 127.0.0.1`],
    ["forward_auth 127.0.0.1:4141 {", `forward_auth 127.0.0.1:${keywardPort} {`],
    ["reverse_proxy 127.0.0.1:8080", `reverse_proxy 127.0.0.1:${applicationPort}`],
  ]);
  writeFileSync(file, `{\n\tadmin off\n}\n${recipe}`);
  const env = { KEYWARD_PROXY_TOKEN: token, HOME: folder, XDG_DATA_HOME: folder };
  return startProgram("caddy", ["run", "--adapter", "caddyfile", "--config", file], env, port);
});
