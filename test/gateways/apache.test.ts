// What `keyward recipes apache` prints, in a real Apache.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayContract, writeRecipe } from "./gateway.contract.ts";
import { startProgram } from "./processes.ts";

const MODULES = ["mpm_event", "authz_core", "setenvif", "headers", "lua", "proxy", "proxy_http"];

gatewayContract("apache", async (setting) => {
  const { folder, port, token } = setting;
  writeRecipe("apache", setting, ["--kong"]);
  mkdirSync(join(folder, "run"));
  // Apache's children are somebody else, and read the action.
  chmodSync(folder, 0o711);
  const modules = MODULES.map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  const file = join(folder, "apache.conf");
  const own = [
    ...modules,
    `ServerRoot ${folder}`,
    "ServerName acme.example",
    `DefaultRuntimeDir ${folder}/run`,
    `PidFile ${folder}/run/apache.pid`,
    `ErrorLog ${folder}/error.log`,
    "User www-data",
    "Group www-data",
    `Include ${folder}/keyward.conf`,
  ];
  writeFileSync(file, `${own.join("\n")}\n`);
  return startProgram(
    "apache2",
    ["-D", "FOREGROUND", "-f", file],
    { KEYWARD_PROXY_TOKEN: token },
    port,
  );
});
