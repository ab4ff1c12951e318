// Runs the example of the guide, and of the package's README, as it stands there, on a real server.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { startTestServer } from "../http/test-server.ts";
import { ROOT } from "../repo/sources.ts";

interface Example {
  handle(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

const DOCUMENTS = ["docs/guides/in-process.md", "packages/sdk/README.md"];

for (const document of DOCUMENTS) {
  test(`the example of ${document} lets a good key in, and refuses it once a revocation has waited for verifiers`, async () => {
    const server = await startTestServer();
    const make = async (path: string, body: object) =>
      (await server.call("POST", path, { body })).json;
    const scopes = ["invoices:read"];
    const audience = "https://acme.test";
    const api = await make("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
    const feed = { api: "keyward", name: "feed", owner: "ops", scopes: [`feed:${api.id}:live`] };
    process.env["KEYWARD_URL"] = server.url;
    process.env["KEYWARD_TOKEN"] = (await make("/v1/keys", feed)).secret;
    // Beside the packages, so that the import is found.
    const directory = mkdtempSync(join(ROOT, "node_modules", ".guide-"));
    const file = join(directory, "example.mjs");
    writeFileSync(file, exampleOf(readFileSync(join(ROOT, document), "utf8")));
    const example = (await import(pathToFileURL(file).href)) as Example;
    try {
      const key = await make("/v1/keys", { api: "acme", name: "n", owner: "customer-1", scopes });
      const headers = { authorization: `Bearer ${key.secret}` };
      const ask = () => example.handle(new Request("https://acme.test/invoices", { headers }));
      assert.deepEqual(await (await ask()).json(), { owner: "customer-1" });
      await server.call("POST", `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=5`);
      assert.equal((await ask()).status, 401);
    } finally {
      await example.stop();
      await server.stop();
      rmSync(directory, { recursive: true });
    }
  });
}

function exampleOf(markdown: string): string {
  return /^```ts\n([\s\S]*?)^```$/m.exec(markdown)?.[1] ?? "";
}
