// curl, and a client certificate through TLS: what a shell has.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as forward } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { guardNode } from "@keyward/sdk/adapters/node";
import { remoteAuthenticator } from "@keyward/sdk/adapters/remote-authenticator";
import { createClient } from "@keyward/sdk/client";
import { startOAuthServer } from "./oauth-server.ts";
import type { Fields } from "./oauth-server.ts";

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), "keyward-curl-"));
after(() => rmSync(directory, { recursive: true, force: true }));
const path = (name: string) => join(directory, name);

const oauth = await startOAuthServer({ KEYWARD_CLIENT_CERT_HEADER: "client-cert" });
await oauth.makeApi("acme");

async function curl(...parameters: readonly string[]): Promise<Fields> {
  const { stdout } = await run("curl", ["-sS", ...parameters]);
  return JSON.parse(stdout) as Fields;
}

async function makeCertificate(name: string, subject: string): Promise<string> {
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const subjectAlternative = ["-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-nodes", "-keyout", path(`${name}.key`), "-out", path(`${name}.pem`)];
  await run("openssl", [...request, ...files, "-subj", subject, ...subjectAlternative]);
  return readFileSync(path(`${name}.pem`), "utf8");
}

/** A proxy that ends TLS, asks for a certificate of whoever comes, and says which it was (RFC 9440). */
async function startProxy(): Promise<string> {
  await makeCertificate("server", "/CN=127.0.0.1");
  const [key, cert] = [readFileSync(path("server.key")), readFileSync(path("server.pem"))];
  const options = { key, cert, requestCert: true, rejectUnauthorized: false };
  const proxy = createServer(options, (request, response) => {
    const { "client-cert": _theirs, ...headers } = request.headers;
    const x509 =
      request.socket instanceof TLSSocket ? request.socket.getPeerX509Certificate() : undefined;
    const own = x509 === undefined ? {} : { "client-cert": `:${x509.raw.toString("base64")}:` };
    const target = new URL(request.url ?? "", oauth.server.url);
    const sent = forward(target, { method: "POST", headers: { ...headers, ...own } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(sent);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  after(() => proxy.close());
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** An API that ends TLS itself, and has the SDK guard it. */
async function startApi(): Promise<string> {
  const [key, cert] = [readFileSync(path("server.key")), readFileSync(path("server.pem"))];
  const options = { key, cert, requestCert: true, rejectUnauthorized: false };
  const client = createClient({ url: oauth.server.url, token: oauth.server.key });
  const authenticator = remoteAuthenticator({ client, api: "acme", environment: "live" });
  const guarded = guardNode(
    authenticator,
    {},
    (_request: IncomingMessage, response: ServerResponse, { key_id }) => {
      response.end(JSON.stringify({ hello: key_id }));
    },
  );
  const server = createServer(options, (request, response) => void guarded(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("curl -u gets a token, has it described and takes it back, without any care for encoding", async () => {
  const { basic } = await oauth.makeClient("acme");
  const { url } = oauth.server;
  const form = ["-d", "grant_type=client_credentials", "-d", "resource=https://acme.example"];
  const { access_token: token } = await curl("-u", basic, ...form, `${url}/oauth/token`);
  const presented = ["-u", basic, "-d", `token=${String(token)}`];
  assert.equal((await curl(...presented, `${url}/oauth/introspect`))["active"], true);
  assert.deepEqual(await curl(...presented, `${url}/oauth/revoke`), {});
  assert.deepEqual(await curl(...presented, `${url}/oauth/introspect`), { active: false });
});

test("RFC 8705 §2.2: curl --cert gets a token that is bound to its certificate, and another certificate does not", async () => {
  const proxy = await startProxy();
  const pem = await makeCertificate("client", "/CN=billing");
  await makeCertificate("stranger", "/CN=billing");
  const x5c = [pem.replaceAll(/-----[A-Z ]+-----|\s/g, "")];
  const jwk = new X509Certificate(pem).publicKey.export({ format: "jwk" });
  const { id } = await oauth.makeClient("acme", {
    sender_constraint: "mtls",
    jwks: { keys: [{ ...jwk, x5c }] },
  });
  const ask = (name: string) => {
    const tls = ["--cacert", path("server.pem"), "--cert", path(`${name}.pem`)];
    const form = ["-d", `client_id=${id}`, "-d", "grant_type=client_credentials"];
    return curl(...tls, "--key", path(`${name}.key`), ...form, `${proxy}/oauth/token`);
  };
  const { access_token: token } = await ask("client");
  assert.equal((await oauth.verdictOf(token))["code"], "proof_required");
  const api = await startApi();
  const call = async (name: string) => {
    const tls = ["--cacert", path("server.pem"), "--cert", path(`${name}.pem`)];
    const bearer = ["-H", `Authorization: Bearer ${String(token)}`];
    return curl(...tls, "--key", path(`${name}.key`), ...bearer, api);
  };
  assert.deepEqual(await call("client"), { hello: id });
  assert.equal((await call("stranger"))["code"], "proof_required");
  assert.equal((await ask("stranger"))["error"], "invalid_client");
});
