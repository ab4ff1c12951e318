import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RECIPE_NAMES, recipeFiles, SHIPPED } from "./recipes.ts";
import type { RecipeName } from "./recipes.ts";

const DEPLOY = join(import.meta.dirname, "../../../../../deploy");

for (const name of RECIPE_NAMES) {
  test(`${name}: what is shipped is what is printed, when nothing else is asked for`, () => {
    for (const { name: file, text } of recipeFiles(name, SHIPPED)) {
      const shipped = readFileSync(join(DEPLOY, name.replace("-grpc", ""), file), "utf8");
      const lines = shipped.split("\n").filter((line) => !/#kong |--kong/.test(line));
      assert.equal(text, lines.join("\n"));
    }
  });

  test(`${name}: nothing of the shipped values is left, when every one is given`, () => {
    const own = {
      keyward: "10.1.2.3:4151",
      application: "10.1.2.4:9000",
      listen: name === "traefik" ? SHIPPED.listen : { host: "10.1.2.5", port: 8443 },
      api: "orders",
      environment: "test",
      // The one that is replaced must not be taken for the other.
      read: "invoices:write",
      write: "orders:write,orders:admin",
      directory: "/etc/own",
      kong: true,
    };
    const text = recipeFiles(name, own)
      .map((file) => file.text)
      .join("");
    for (const left of [
      "127.0.0.1",
      "api=acme",
      "environment=live",
      "invoices:read",
      "#kong",
      "/etc/haproxy/",
      "/etc/apache2/keyward",
    ]) {
      assert.equal(text.includes(left), false, left);
    }
    for (const given of ["10.1.2.3", "4151", "10.1.2.4", "9000", "orders:write,orders:admin"]) {
      assert.ok(text.includes(given), given);
    }
    assert.ok(/x-consumer|identity=kong/i.test(text));
  });
}

const SOCKETS: readonly [RecipeName, string][] = [
  ["nginx", "server unix:/run/keyward/edge.sock;"],
  ["caddy", "forward_auth unix//run/keyward/edge.sock {"],
  ["envoy-grpc", 'pipe: { path: "/run/keyward/edge.sock" }'],
  ["envoy", 'pipe: { path: "/run/keyward/edge.sock" }'],
];

for (const [name, line] of SOCKETS) {
  test(`${name} is told of an edge on a Unix socket in its own words`, () => {
    const [file] = recipeFiles(name, { ...SHIPPED, keyward: "unix:/run/keyward/edge.sock" });
    assert.ok(file?.text.includes(line));
  });
}

test("a gateway that cannot ask over a Unix socket is not told to", () => {
  for (const name of ["haproxy", "apache", "traefik"] as const) {
    assert.throws(() => recipeFiles(name, { ...SHIPPED, keyward: "unix:/x" }), {
      message: `${name} does not ask over a Unix socket`,
    });
  }
});
