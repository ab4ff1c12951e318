// The shipped recipe, deploy/haproxy, in a real HAProxy.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { editedRecipe, gatewayContract } from "./gateway.contract.ts";
import { ROOT, startProgram } from "./processes.ts";

gatewayContract("haproxy", async ({ folder, keywardPort, applicationPort, port, token }) => {
  const file = join(folder, "haproxy.cfg");
  const recipe = editedRecipe("haproxy/haproxy.cfg", [
    ["/etc/haproxy/keyward.lua", join(ROOT, "deploy/haproxy/keyward.lua")],
    ["bind :80", `bind 127.0.0.1:${port}`],
    ["http://127.0.0.1:4141/", `http://127.0.0.1:${keywardPort}/`, 2],
    ["server application 127.0.0.1:8080", `server application 127.0.0.1:${applicationPort}`],
  ]);
  writeFileSync(file, recipe);
  return startProgram("haproxy", ["-db", "-f", file], { KEYWARD_PROXY_TOKEN: token }, port);
});
