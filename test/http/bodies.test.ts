// What bodies can hold: hostile JSON and naughty text, on every operation that takes a body.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Operation } from "../../packages/server/src/contract/operation.ts";
import { OPERATION_IDS, OPERATIONS } from "../../packages/server/src/contract/operations.ts";
import type { OperationId } from "../../packages/server/src/contract/operations.ts";
import { PORTAL_VISITOR } from "../../packages/server/src/contract/permissions.ts";
import { makeThings, pathOf, REQUESTS } from "./requests.ts";
import type { Things } from "./requests.ts";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
let things: Things;

before(async () => {
  server = await startTestServer();
  things = await makeThings(server);
});
after(async () => await server.stop());

/** Operations that have no use for more than a few kilobytes. */
const TAKES_LITTLE: ReadonlySet<string> = new Set(["feed", "report", "sign_in"]);

/** What an OpenID Provider sends and asks is of another form. */
const IDS = OPERATION_IDS.filter((id) => !(OPERATIONS[id] as Operation).clientless);
const WITH_BODY = IDS.filter((id) => (OPERATIONS[id] as Operation).body !== undefined);

function send(id: OperationId, body: object | string | Uint8Array, headers = {}) {
  const { method, path }: Operation = OPERATIONS[id];
  return server.call(method, pathOf(path, REQUESTS[id](things)), {
    body,
    headers,
    ...asWhoMay(id),
  });
}

/** Without one of its own, a call has the first management key. */
function asWhoMay(id: OperationId): { readonly key?: string } {
  const { permission }: Operation = OPERATIONS[id];
  return permission === PORTAL_VISITOR ? { key: things.portalToken } : {};
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const quoted = (...inner: number[]) => bytes(0x7b, 0x22, ...inner, 0x22, 0x3a, 0x31, 0x7d);

/** Not JSON, or not what every reader reads alike (RFC 8259, RFC 7493). */
const NOT_JSON: Readonly<Record<string, string | Uint8Array>> = {
  "an open object": "{",
  "an open array": "[",
  "an open string": '{"a',
  "a lone quotation mark": '"',
  "a lone backslash in a string": '{"a\\',
  "a trailing comma in an object": '{"a":1,}',
  "a trailing comma in an array": '{"a":[1,]}',
  "a leading comma": '{,"a":1}',
  "two values": "{} {}",
  "a closing bracket too many": "{}}",
  "brackets that cross": '{"a":[}]',
  "a comment of two slashes": '{"a":1} // no',
  "a comment of slash and star": '{/* no */"a":1}',
  "a comment of a number sign": "# no\n{}",
  "single quotation marks": "{'a':1}",
  "a name without quotation marks": "{a:1}",
  NaN: '{"a":NaN}',
  Infinity: '{"a":Infinity}',
  "minus Infinity": '{"a":-Infinity}',
  undefined: '{"a":undefined}',
  True: '{"a":True}',
  "a plus sign": '{"a":+1}',
  "a leading zero": '{"a":01}',
  hexadecimal: '{"a":0x1}',
  "a number without digits after the point": '{"a":1.}',
  "a number without digits before the point": '{"a":.1}',
  "an exponent without digits": '{"a":1e}',
  "a lone minus": '{"a":-}',
  "a tab in a string": '{"a":"\t"}',
  "a line end in a string": '{"a":"\n"}',
  "a NUL in a string": '{"a":"\0"}',
  "a NUL between values": '{"a":\0 1}',
  "an escape that is none": '{"a":"\\x41"}',
  "an escape of three digits": '{"a":"\\u00e"}',
  "a capital escape": '{"a":"\\U0041"}',
  "a no-break space": '{\u00a0"a":1}',
  "a line separator": '{\u2028"a":1}',
  "a form feed": '{\f"a":1}',
  "a byte order mark": "\ufeff{}",
  "a byte order mark alone": "\ufeff",
  "UTF-16, little end first": new Uint8Array(Buffer.from('{"a":1}', "utf16le")),
  "latin-1": quoted(0xe9),
  "a lone continuation byte": quoted(0x80),
  "a lone first byte": quoted(0xc3),
  "an overlong slash": quoted(0xc0, 0xaf),
  "an overlong NUL": quoted(0xc0, 0x80),
  "an overlong quotation mark": quoted(0xe0, 0x80, 0xa2),
  "half of a surrogate pair in UTF-8": quoted(0xed, 0xa0, 0x80),
  "a code point beyond Unicode": quoted(0xf4, 0x90, 0x80, 0x80),
  "the byte 0xFE": quoted(0xfe),
  "a high surrogate alone": '{"a":"\\ud800"}',
  "a low surrogate alone": '{"a":"\\udc00"}',
  "surrogates in the wrong order": '{"a":"\\udc00\\ud800"}',
  "half of a surrogate pair in a name": '{"\\ud800":1}',
  "a name twice": '{"a":1,"a":1}',
  "a name twice, once escaped": '{"a":1,"\\u0061":2}',
  "a name twice, deep within": '{"a":[{"b":{"c":1,"c":2}}]}',
  __proto__: '{"__proto__":{"admin":true}}',
  "__proto__, escaped": '{"\\u005f_proto__":{"admin":true}}',
  "__proto__, deep within": '{"metadata":{"a":[{"__proto__":1}]}}',
  constructor: '{"constructor":{"prototype":{"admin":true}}}',
  prototype: '{"metadata":{"prototype":1}}',
  "33 arrays": `${"[".repeat(33)}${"]".repeat(33)}`,
  "100,000 arrays": "[".repeat(100_000),
  "100,000 arrays, closed": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  "10,000 objects": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
};
/** The long ones are JSON enough to be refused for their size on the verification routes. */
const SIZES = new Set([400, 413]);

for (const [name, body] of Object.entries(NOT_JSON)) {
  test(`T37: ${name} is refused as JSON by every operation that takes a body`, async () => {
    for (const id of WITH_BODY) {
      const { status, json } = await send(id, body);
      assert.ok(SIZES.has(status), `${id}: ${status}`);
      assert.equal(json.code, status === 400 ? "invalid_json" : "body_too_large", id);
    }
  });
}

/** JSON, and not what any operation takes. */
const NOT_INPUT: Readonly<Record<string, string>> = {
  null: "null",
  true: "true",
  "a number": "17",
  "minus zero": "-0",
  "1e400": "1e400",
  "a string": '"text"',
  "an array": "[]",
  "an array of objects": "[{}]",
  "an empty name": '{"":1}',
  toString: '{"toString":1}',
  hasOwnProperty: '{"hasOwnProperty":1}',
  __defineGetter__: '{"__defineGetter__":1}',
  "a name of 100,000 characters": `{"${"n".repeat(50_000)}":1}`,
  "10,000 fields": `{${Array.from({ length: 4_000 }, (_, n) => `"field${n}":1`).join()}}`,
};

for (const [name, body] of Object.entries(NOT_INPUT)) {
  test(`T37: ${name} is refused as input by every operation that takes a body`, async () => {
    for (const id of WITH_BODY) {
      const { status, json, text } = await send(id, body);
      if (status === 413 && TAKES_LITTLE.has((OPERATIONS[id] as Operation).effect)) continue;
      assert.equal(status, 400, `${id}: ${text.slice(0, 200)}`);
      assert.equal(json.code, "invalid_request", id);
      assert.ok(json.errors.length > 0 && json.errors.length <= 32, id);
    }
  });
}

/** Each element is a mistake that a schema would tell. */
const many = (count: number, element: string) => `[${Array(count).fill(element).join()}]`;
const OVERLONG: Readonly<Record<string, string>> = {
  "200,000 days": `{"restrictions":{"time_windows":[{"days":${many(200_000, "0")}}]}}`,
  "100 time windows of 2,000 days": `{"restrictions":{"time_windows":${many(100, `{"days":${many(2_000, "0")}}`)}}}`,
  "300,000 scopes": `{"scopes":${many(300_000, "{}")}}`,
  "120,000 items": `{"items":${many(120_000, "{}")}}`,
};

for (const [name, body] of Object.entries(OVERLONG)) {
  test(`F12: ${name} are refused before a schema looks at them`, async () => {
    for (const id of WITH_BODY) {
      const { status, json } = await send(id, body);
      assert.ok(SIZES.has(status), `${id}: ${status}`);
      assert.equal(json.code, status === 400 ? "invalid_json" : "body_too_large", id);
    }
  });
}

test("F12: as many mistakes as a schema may be shown are refused as input", async () => {
  for (const [id, body] of [
    ["keys.create", `{"restrictions":{"time_windows":${many(9_998, "{}")}}}`],
    ["verify.batch", `{"items":${many(25_599, "{}")}}`],
  ] as const) {
    const { status, json } = await send(id, body);
    assert.equal(status, 400, id);
    assert.equal(json.code, "invalid_request", id);
  }
});

test("an empty body is refused, unless it may be left out", async () => {
  for (const id of WITH_BODY) {
    const { bodyOptional, method, path }: Operation = OPERATIONS[id];
    if (bodyOptional) continue;
    const answer = await server.call(method, pathOf(path, REQUESTS[id](things)), asWhoMay(id));
    assert.equal(answer.status, 415, id);
  }
});

test("a body that is not application/json in UTF-8 is refused", async () => {
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json; charset=utf-16",
    "application/json; charset=latin1",
    "application/json, text/plain",
    "",
  ];
  for (const id of WITH_BODY) {
    for (const type of types) {
      const answer = await send(id, "{}", { "content-type": type });
      assert.equal(answer.status, 415, `${id} ${type}`);
      assert.equal(answer.json.code, "unsupported_media_type");
    }
    const encoded = await send(id, "{}", { "content-encoding": "gzip" });
    assert.equal(encoded.status, 415, `${id} gzip`);
  }
});

test("an operation without a body refuses one", async () => {
  for (const id of IDS) {
    const { method, path, body }: Operation = OPERATIONS[id];
    if (body !== undefined || method === "GET") continue;
    const answer = await server.call(method, pathOf(path, REQUESTS[id](things)), {
      ...asWhoMay(id),
      body: { a: 1 },
    });
    assert.equal(answer.status, 400, id);
    assert.equal(answer.json.errors[0]?.code, "unexpected_body");
  }
});

test("a parameter that is unknown, or given twice, is refused by every operation", async () => {
  for (const id of IDS) {
    const { method, path }: Operation = OPERATIONS[id];
    const request = REQUESTS[id](things);
    const target = `${pathOf(path, request)}${request.query ? "&" : "?"}`;
    const options = { ...(request.body && { body: request.body }), ...asWhoMay(id) };
    const unknown = await server.call(method, `${target}no_such=1`, options);
    assert.equal(unknown.status, 400, id);
    assert.equal(unknown.json.errors[0]?.code, "unknown_field", id);
    const twice = await server.call(method, `${target}limit=1&limit=2`, options);
    assert.equal(twice.status, 400, id);
  }
});

/** Text that some program somewhere has taken for something else. */
const NAUGHTY: readonly string[] = [
  "",
  " ",
  "   ",
  "\t",
  "\n",
  "\r\n",
  "a\nb",
  " a",
  "a ",
  "\u00a0",
  "\u3000",
  "\u200b",
  "\ufeff",
  "\ufeffa",
  "\u202egnp.exe",
  "\u2066a\u2069",
  "\u061c",
  "a\u200db",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈",
  "e\u0301",
  "é",
  "Ａ",
  "ſ",
  "ı",
  "İ",
  "ß",
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
  "田中さんにあげて下さい",
  "مُنَاقَشَة",
  "שלום",
  "नमस्ते",
  "\u{10ffff}",
  "\u{e000}",
  "\ufffd",
  "\uffff",
  "null",
  "undefined",
  "NaN",
  "true",
  "0",
  "-1",
  "1e400",
  "0x1",
  "nil",
  "None",
  "[]",
  "{}",
  "[object Object]",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "' OR 1=1 --",
  "'; DROP TABLE keys; --",
  '" OR ""="',
  "1; ATTACH DATABASE 'x' AS y",
  "%",
  "_",
  "%%%%%%%%",
  "\\%",
  "\\",
  "'",
  '"',
  "`",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "javascript:alert(1)",
  "&lt;b&gt;",
  "]]>",
  "<!--",
  "<svg/onload=alert(1)>",
  "$(touch /nowhere)",
  "`id`",
  "; ls",
  "| cat",
  "&& true",
  "$HOME",
  "%s%n%x",
  "%d",
  "{0}",
  "{{7*7}}",
  "${7*7}",
  "#{7*7}",
  "=1+1",
  "+1",
  "@SUM(1)",
  "-2+3",
  "../../etc/passwd",
  "..\\..\\boot.ini",
  "/dev/null",
  "C:\\nul",
  "CON",
  "file:///etc/passwd",
  "http://169.254.169.254/",
  "a/b",
  "a?b",
  "a#b",
  "a%2fb",
  "%00",
  "%ff",
  ".",
  "..",
  "\0",
  "a\0b",
  "\u0007",
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "\u0085",
  "\u2028",
  "\u2029",
  "\u007f",
  "x".repeat(199),
  "x".repeat(200),
  "x".repeat(201),
  "x".repeat(10_000),
  "ä".repeat(200),
  "👍".repeat(100),
  "👍".repeat(101),
];

/** Each field that takes text, with what stands around it. */
const FIELDS: readonly [
  name: string,
  path: () => string,
  body: (text: string, mark: number) => object,
][] = [
  [
    "api name",
    () => "/v1/apis",
    (text, n) => ({ name: text, prefix: `nn${n}`, audience: "https://a.test" }),
  ],
  [
    "api prefix",
    () => "/v1/apis",
    (text) => ({ name: "n", prefix: text, audience: "https://a.test" }),
  ],
  [
    "api audience",
    () => "/v1/apis",
    (text, n) => ({ name: "n", prefix: `na${n}`, audience: text }),
  ],
  ["scope", () => `/v1/apis/${things.api}/scopes`, (text) => ({ name: text })],
  [
    "scope description",
    () => `/v1/apis/${things.api}/scopes`,
    (text) => ({ name: "things:read", description: text }),
  ],
  ["role name", () => "/v1/roles", (text) => ({ api: things.api, name: text, scopes: [] })],
  [
    "role description",
    () => "/v1/roles",
    (text, n) => ({ api: things.api, name: `role ${n}`, description: text, scopes: [] }),
  ],
  ["owner external id", () => "/v1/owners", (text) => ({ external_id: text })],
  ["owner name", () => "/v1/owners", (text, n) => ({ external_id: `naughty ${n}`, name: text })],
  [
    "owner metadata",
    () => "/v1/owners",
    (text, n) => ({ external_id: `meta ${n}`, metadata: { [text]: text } }),
  ],
  ["key name", () => "/v1/keys", (text) => ({ api: things.api, name: text, owner: "naughty" })],
  ["key owner", () => "/v1/keys", (text) => ({ api: things.api, name: "n", owner: text })],
  ["key api", () => "/v1/keys", (text) => ({ api: text, name: "n", owner: "naughty" })],
  [
    "key scopes",
    () => "/v1/keys",
    (text) => ({ api: things.api, name: "n", owner: "naughty", scopes: [text] }),
  ],
  [
    "key roles",
    () => "/v1/keys",
    (text) => ({ api: things.api, name: "n", owner: "naughty", roles: [text] }),
  ],
  [
    "key expiry",
    () => "/v1/keys",
    (text) => ({ api: things.api, name: "n", owner: "naughty", expires_at: text }),
  ],
  [
    "key restriction",
    () => "/v1/keys",
    (text) => ({
      api: things.api,
      name: "n",
      owner: "naughty",
      restrictions: { ips: [text], origins: [text], routes: [{ path: text }] },
    }),
  ],
  ["revocation reason", () => `/v1/keys/${things.revokedKey}/revoke`, (text) => ({ reason: text })],
  ["search", () => "/v1/keys/search", (text) => ({ q: text })],
  ["search cursor", () => "/v1/keys/search", (text) => ({ cursor: text })],
  ["credential", () => "/v1/verify", (text) => ({ credential: text })],
  [
    "verified scope",
    () => "/v1/verify",
    (text) => ({ credential: things.credential, scopes: [text] }),
  ],
  [
    "context",
    () => "/v1/verify",
    (text) => ({
      credential: things.credential,
      context: { ip: text, path: text, origin: text, user_agent: text },
    }),
  ],
  ["workspace name", () => "/v1/workspaces", (text) => ({ name: text })],
];

for (const [name, path, body] of FIELDS) {
  test(`T37: no text in the field "${name}" is more than text`, async () => {
    for (const [index, text] of NAUGHTY.entries()) {
      const answer = await server.call("POST", path(), { body: body(text, index) });
      const shown = `${JSON.stringify(text.slice(0, 40))}: ${answer.status} ${answer.text.slice(0, 300)}`;
      assert.ok(answer.status < 500, shown);
      assert.match(
        answer.headers.get("content-type") ?? "",
        /^application\/(?:problem\+)?json$/,
        shown,
      );
      if (answer.status === 201 && name.endsWith("name"))
        assert.equal(answer.json.name, text, shown);
      if (answer.status === 201 && name === "owner metadata") {
        assert.deepEqual(answer.json.metadata, { [text]: text }, shown);
      }
    }
  });
}

test("T09: a name with control, bidirectional or invisible characters is refused", async () => {
  for (const text of [
    "\0",
    "a\u202eb",
    "\u200b",
    "\ufeffa",
    "a\nb",
    "\u2066a",
    "\u001b[31m",
    " a",
    "a ",
  ]) {
    for (const body of [
      { api: things.api, name: text, owner: "o" },
      { api: things.api, name: "n", owner: text },
    ]) {
      const { status, json } = await server.call("POST", "/v1/keys", { body });
      assert.equal(status, 400, JSON.stringify(body));
      assert.equal(json.errors[0]?.code, "invalid");
    }
  }
});

test("in a path, naughty text is at most not found", async () => {
  for (const text of NAUGHTY) {
    const { status } = await server.call("GET", `/v1/owners/${encodeURIComponent(text)}`);
    assert.ok(status === 200 || status === 404 || status === 400, JSON.stringify(text));
  }
  for (const path of [
    "/v1/owners/%",
    "/v1/owners/%ff",
    "/v1/owners/%C0%AF",
    "/v1//owners",
    "/v1/owners/",
    "/v1/owners/a/b",
    "/V1/OWNERS",
    "//v1/keys",
    "/v1/keys/../apis/x",
  ]) {
    const { status } = await server.call("GET", path);
    assert.equal(status, 404, path);
  }
});
