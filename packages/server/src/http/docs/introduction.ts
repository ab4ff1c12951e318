import { markup } from "./markup.ts";
import type { Content } from "./markup.ts";

const QUICK_START = `# management.key is the file that holds the management key.

# 1. An API of yours, with the scopes that its keys can have
curl -s http://127.0.0.1:4141/v1/apis \\
  -H "Authorization: Bearer $(cat management.key)" -H "Content-Type: application/json" \\
  -d '{"name": "Acme", "prefix": "acme", "audience": "https://api.acme.example", "scopes": ["invoices:read"]}'

# 2. A key for a customer. The answer shows it, this once.
curl -s http://127.0.0.1:4141/v1/keys \\
  -H "Authorization: Bearer $(cat management.key)" -H "Content-Type: application/json" \\
  -d '{"api": "acme", "name": "Production", "owner": "cus_42", "scopes": ["invoices:read"]}'

# 3. May this key do that?
curl -s http://127.0.0.1:4141/v1/verify \\
  -H "Authorization: Bearer $(cat management.key)" -H "Content-Type: application/json" \\
  -d '{"credential": "acme_live_…", "scopes": ["invoices:read"]}'`;

/** What holds for all operations, once. */
export function introduction(): Content {
  return markup`<h1>HTTP API</h1>
    <p>
      Keyward gives an API its keys. The management API and verify are here, made of the same table
      that the server runs on; the machine-readable form is
      <a href="/openapi.json">openapi.json</a>. What a proxy asks is in the guide of that proxy.
    </p>
    <pre tabindex="0"><code>${QUICK_START}</code></pre>

    <h2 id="authentication"><a href="#authentication">Authentication</a></h2>
    <p>
      Every operation takes a management key: a key of the workspace's built-in api
      <code>keyward</code>. The first one is handed over on the first start. Send it in one of these
      places, and in one only:
    </p>
    <pre tabindex="0"><code>Authorization: Bearer KEY
Authorization: api-key KEY
Authorization: Basic base64(KEY:)
X-API-Key: KEY</code></pre>
    <p>
      A management key can do what its scopes say, from where its restrictions allow. Give a gateway
      one with <code>keys:verify</code> alone.
    </p>

    <h2 id="conventions"><a href="#conventions">Conventions</a></h2>
    <div class="scroll">
      <table>
        <tbody>
          <tr>
            <td>Bodies</td>
            <td>
              JSON in UTF-8, at most 1 MiB. A field or parameter that is not listed is refused.
            </td>
          </tr>
          <tr>
            <td>Time</td>
            <td>Instants are RFC 3339 in UTC, durations are in seconds.</td>
          </tr>
          <tr>
            <td>References</td>
            <td>
              <code>api</code> takes an id or the api's prefix, <code>owner</code> an id or your own
              external id.
            </td>
          </tr>
          <tr>
            <td>Lists</td>
            <td>
              <code>{data, next_cursor}</code>, newest first. Pass <code>next_cursor</code> as
              <code>cursor</code>; it is null on the last page.
            </td>
          </tr>
          <tr>
            <td>Repeats</td>
            <td>
              <code>Idempotency-Key</code> on a POST: the same request with the same key gets the
              first answer, with <code>Idempotency-Replayed: true</code>. For 24 hours; an answer
              that shows a secret for 10 minutes. Other methods are repeatable as they are, and
              ignore it.
            </td>
          </tr>
          <tr>
            <td>Changes at the same time</td>
            <td>
              Send the <code>ETag</code> that you have read as <code>If-Match</code>, and a change
              that would overwrite another is refused with 412.
            </td>
          </tr>
          <tr>
            <td>Create, then use</td>
            <td>
              Every write answers with <code>Keyward-Rev</code>. A verification with that as
              <code>min_rev</code> knows of the write, on every node.
            </td>
          </tr>
          <tr>
            <td>Errors</td>
            <td>
              <code>application/problem+json</code> with a stable <code>code</code>:
              <a href="/docs/errors">all of them, and what to do</a>.
            </td>
          </tr>
          <tr>
            <td>Request ids</td>
            <td>
              <code>Keyward-Request-Id</code> on every answer. Send your own as
              <code>X-Request-Id</code>: 8 to 64 letters, digits, <code>. _ : -</code>
            </td>
          </tr>
        </tbody>
      </table>
    </div> `;
}
