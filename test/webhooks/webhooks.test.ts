// Endpoints that are told of events by a whole server, over real sockets, checked by the library of Standard Webhooks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const received: Received[] = [];
let status = 200;
const receiver = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(status).end();
  });
});

const mails: string[] = [];
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, _session, done) {
    let mail = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      mail += text;
    });
    stream.on("end", () => {
      mails.push(mail);
      done();
    });
  },
});

let server: TestServer;

before(async () => {
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => void mailServer.listen(0, "127.0.0.1", resolve));
  const mailPort = (mailServer.server.address() as AddressInfo).port;
  server = await startTestServer({
    environment: {
      KEYWARD_EGRESS_ALLOW: "127.0.0.1",
      KEYWARD_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
      KEYWARD_MAIL_FROM: "keyward@example.com",
    },
  });
});

after(async () => {
  await server?.stop();
  receiver.closeAllConnections();
  receiver.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
});

beforeEach(() => {
  received.length = 0;
  status = 200;
});

async function call(path: string, body?: object): Promise<Body> {
  const answer = await server.call("POST", path, { ...(body && { body }) });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function addEndpoint(events: readonly string[], url = urlOf(receiver)): Promise<Body> {
  return call("/v1/webhooks", { url, events });
}

function urlOf(of: Server): string {
  return `http://127.0.0.1:${(of.address() as AddressInfo).port}/hook`;
}

/** Waits until it is so: what is told is told soon, but not at once. */
async function until<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error("it did not come to that");
}

async function stateOf(webhook: string, delivery: string): Promise<Body> {
  return (await server.call("GET", `/v1/webhooks/${webhook}/deliveries/${delivery}`)).json;
}

test("T55: an endpoint is told of a change, signed so that the library of Standard Webhooks accepts it", async () => {
  const webhook = await addEndpoint(["owner.created"]);
  const owner = await call("/v1/owners", { external_id: "cus_1" });
  const { headers, body } = await until(() => received.at(0));
  const event = new Webhook(webhook.secret).verify(body, headers) as { type: string; data: Body };
  assert.deepEqual([event.type, event.data.id], ["owner.created", owner.id]);
  assert.equal(headers["content-type"], "application/json");
  assert.match(headers["webhook-id"] ?? "", /^evt_/);
  await server.call("DELETE", `/v1/webhooks/${webhook.id}`);
});

test("while its secret rotates an endpoint that knows either is content; without an overlap only the new one", async () => {
  const webhook = await addEndpoint(["webhook.test"]);
  const rotated = await call(`/v1/webhooks/${webhook.id}/rotate`, { overlap_seconds: 3600 });
  await call(`/v1/webhooks/${webhook.id}/test`);
  const both = await until(() => received.at(0));
  for (const { secret } of [webhook, rotated]) new Webhook(secret).verify(both.body, both.headers);
  const last = await call(`/v1/webhooks/${webhook.id}/rotate`, { overlap_seconds: 0 });
  await call(`/v1/webhooks/${webhook.id}/test`);
  const one = await until(() => received.at(1));
  new Webhook(last.secret).verify(one.body, one.headers);
  assert.throws(() => new Webhook(rotated.secret).verify(one.body, one.headers));
  await server.call("DELETE", `/v1/webhooks/${webhook.id}`);
});

test("F23: what an endpoint refuses is told again, under the same id, and shown meanwhile", async () => {
  const webhook = await addEndpoint(["webhook.test"]);
  status = 503;
  const delivery = await call(`/v1/webhooks/${webhook.id}/test`);
  await until(async () => {
    const state = await stateOf(webhook.id, delivery.id);
    return state.state === "pending" && state.attempts === 1 ? state : undefined;
  });
  status = 204;
  server.clock.passSeconds(60);
  const settled = await until(async () => {
    const state = await stateOf(webhook.id, delivery.id);
    return state.state === "delivered" ? state : undefined;
  });
  assert.equal(settled.attempts, 2);
  assert.equal(new Set(received.map(({ headers }) => headers["webhook-id"])).size, 1);
  await server.call("DELETE", `/v1/webhooks/${webhook.id}`);
});

test("K4: a signing secret is shown once, and no file of the server holds it", async () => {
  const webhook = await addEndpoint(["webhook.test"]);
  const shown = await server.call("GET", `/v1/webhooks/${webhook.id}`);
  assert.equal(shown.text.includes("whsec_"), false);
  const { readdirSync, readFileSync } = await import("node:fs");
  for (const name of readdirSync(server.directory)) {
    const text = readFileSync(`${server.directory}/${name}`, "latin1");
    assert.equal(text.includes(webhook.secret.slice(6)), false, name);
  }
  await server.call("DELETE", `/v1/webhooks/${webhook.id}`);
});

for (const url of [
  "https://10.0.0.1/",
  "https://[::1]/",
  "https://169.254.169.254/latest/meta-data",
  "file:///etc/passwd",
  "mailto:one@example.com,two@example.com",
  "mailto:one@example.com?bcc=two@example.com",
]) {
  test(`T54: ${url} is refused as an endpoint, and nothing is kept`, async () => {
    const answer = await server.call("POST", "/v1/webhooks", { body: { url, events: ["*"] } });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.errors[0]?.pointer, "/url");
    assert.equal((await server.call("GET", "/v1/webhooks")).json.data.length, 0);
  });
}

test("an endpoint that is an email address is told by mail", async () => {
  const webhook = await addEndpoint(["webhook.test"], "mailto:ops@example.com");
  await call(`/v1/webhooks/${webhook.id}/test`);
  const mail = await until(() => mails.at(0));
  assert.match(mail, /^To: ops@example\.com\r?$/m);
  assert.match(mail, /^From: keyward@example\.com\r?$/m);
  assert.match(mail, /^Subject: Keyward: webhook\.test\r?$/m);
  await server.call("DELETE", `/v1/webhooks/${webhook.id}`);
});
