// Mutual TLS (RFC 8705), behind a proxy that reports the certificate of a client.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-mtls-"));
after(() => rmSync(directory, { recursive: true, force: true }));

function makeCertificate(subject: string, alternative = "DNS:unnamed.example") {
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  const request = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
  ];
  const files = [
    "-keyout",
    key,
    "-out",
    certificate,
    "-subj",
    subject,
    "-addext",
    `subjectAltName=${alternative}`,
  ];
  execFileSync("openssl", [...request, ...files], { stdio: "pipe" });
  const x509 = new X509Certificate(readFileSync(certificate));
  const thumbprint = Buffer.from(x509.fingerprint256.replaceAll(":", ""), "hex").toString(
    "base64url",
  );
  const der = x509.raw.toString("base64");
  const jwk = { ...x509.publicKey.export({ format: "jwk" }), x5c: [der] };
  return { pem: x509.toString(), der, thumbprint, jwk };
}

const billing = makeCertificate("/O=Acme/CN=billing");
const stranger = makeCertificate("/O=Acme/CN=stranger");

const oauth = await startOAuthServer({
  KEYWARD_CLIENT_CERT_HEADER: "Client-Cert",
  KEYWARD_CLIENT_CERT_VERIFIED_HEADER: "Client-Cert-Verified",
});
await oauth.makeApi("acme");
const named = await oauth.makeClient("acme", {
  sender_constraint: "mtls",
  tls_subject: "cn=billing, O=Acme",
});
const pinned = await oauth.makeClient("acme", {
  sender_constraint: "mtls",
  jwks: { keys: [billing.jwk] },
});

function ask(id: string, headers: Readonly<Record<string, string>>) {
  return oauth.form("/oauth/token", { ...CREDENTIALS, client_id: id }, { headers });
}

const verified = { "client-cert-verified": "SUCCESS" };
const shown = { "client-cert": `:${billing.der}:` };

test("RFC 8705 §2: by its subject that an authority vouches for, or by a registered certificate, in each way that proxies write it", async () => {
  const spellings = [`:${billing.der}:`, billing.der, encodeURIComponent(billing.pem)];
  for (const spelling of spellings) {
    for (const id of [named.id, pinned.id]) {
      const { status, json, text } = await ask(id, { ...verified, "client-cert": spelling });
      assert.equal(status, 200, text);
      assert.equal(json["token_type"], "Bearer");
    }
  }
});

test("RFC 8705 §2.1: by one alternative name that an authority vouches for, such as that of a workload", async () => {
  const spiffe = makeCertificate("/CN=x", "URI:spiffe://acme/billing,DNS:billing.example");
  const made = (tls_subject: string) => oauth.makeClient("acme", { tls_subject });
  const headers = { ...verified, "client-cert": spiffe.der };
  for (const name of ["URI:spiffe://acme/billing", "DNS:billing.example"]) {
    assert.equal((await ask((await made(name)).id, headers)).status, 200, name);
  }
  for (const name of ["URI:spiffe://acme/bill", "billing.example", "DNS:spiffe://acme/billing"]) {
    assert.equal((await ask((await made(name)).id, headers)).status, 401, name);
  }
});

test("RFC 8705 §3: the token is bound to the certificate, and refused with another or none", async () => {
  const { json } = await ask(pinned.id, shown);
  const token = json["access_token"];
  const codes: unknown[] = [];
  for (const proof of [{ x5t_s256: billing.thumbprint }, { x5t_s256: stranger.thumbprint }, {}]) {
    codes.push((await oauth.verdictOf(token, { proof }))["code"]);
  }
  assert.deepEqual(codes, ["allowed", "proof_required", "proof_required"]);
});

test("RFC 8705 §2: a name that nobody vouches for, another certificate and none are invalid_client", async () => {
  const attempts = [
    ask(named.id, shown),
    ask(named.id, { ...shown, "client-cert-verified": "NONE" }),
    ask(named.id, { ...verified, "client-cert": `:${stranger.der}:` }),
    ask(pinned.id, { ...verified, "client-cert": `:${stranger.der}:` }),
    ask(pinned.id, { "client-cert": "nonsense%" }),
    ask(pinned.id, { "client-cert": `:${billing.der}:, :${billing.der}:` }),
    ask(pinned.id, {}),
  ];
  for (const { status, json } of await Promise.all(attempts)) {
    assert.deepEqual([status, json["error"]], [401, "invalid_client"]);
  }
});

test("T25: a certificate is believed of one's own proxies alone", async () => {
  const open = await startOAuthServer({
    KEYWARD_CLIENT_CERT_HEADER: "Client-Cert",
    KEYWARD_TRUSTED_PROXIES: "203.0.113.0/24",
  });
  await open.makeApi("acme");
  const { id } = await open.makeClient("acme", { jwks: { keys: [billing.jwk] } });
  const fields = { ...CREDENTIALS, client_id: id };
  const { status } = await open.form("/oauth/token", fields, { headers: shown });
  assert.equal(status, 401);
});

test("RFC 8705 §3: a client with a secret has its tokens bound, too, and gets none without a certificate", async () => {
  const { basic } = await oauth.makeClient("acme", { sender_constraint: "mtls" });
  const bound = await oauth.form("/oauth/token", CREDENTIALS, { basic, headers: shown });
  assert.equal(bound.status, 200);
  const none = await oauth.form("/oauth/token", CREDENTIALS, { basic });
  assert.deepEqual([none.status, none.json["error"]], [400, "invalid_request"]);
});

test("RFC 8705 §3.3: metadata names the methods that the configuration offers, and no others", async () => {
  const path = "/.well-known/oauth-authorization-server";
  const metadata = (await (await fetch(oauth.server.url + path)).json()) as Record<string, unknown>;
  assert.equal(metadata["tls_client_certificate_bound_access_tokens"], true);
  // §5: the proxy asks for certificates where everybody else asks as well.
  assert.deepEqual(metadata["mtls_endpoint_aliases"], {
    token_endpoint: metadata["token_endpoint"],
    introspection_endpoint: metadata["introspection_endpoint"],
    revocation_endpoint: metadata["revocation_endpoint"],
    device_authorization_endpoint: metadata["device_authorization_endpoint"],
  });
  assert.deepEqual(metadata["token_endpoint_auth_methods_supported"], [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    // The command line, which has nothing to keep a secret in (RFC 8252 §8.4).
    "none",
  ]);
});
