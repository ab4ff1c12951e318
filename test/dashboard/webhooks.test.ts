// Endpoints that are told of events, managed in a browser before a real server that tells a real endpoint.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture, Window } from "./browser.ts";
import { goTo } from "./pages.ts";

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

let fixture: DashboardFixture;
let window: Window;
let page: Page;

before(async () => {
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  fixture = await startDashboard({ KEYWARD_EGRESS_ALLOW: "127.0.0.1" });
});

after(async () => {
  await fixture.stop();
  receiver.closeAllConnections();
  receiver.close();
});

beforeEach(async () => {
  received.length = 0;
  status = 200;
  window = await fixture.open();
  ({ page } = window);
});

afterEach(async () => {
  assert.deepEqual(window.complaints, []);
  await window.context.close();
});

const button = (name: string) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const hookUrl = (name: string) =>
  `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${name}`;

/** Adds an endpoint through the form, stores its secret, and ends on its page. */
async function addEndpoint(name: string): Promise<string> {
  await goTo(page, "/webhooks/new");
  await page.getByLabel("URL").fill(hookUrl(name));
  // With everything it would be told of its own coming, too.
  await page.getByLabel("Everything that happens").uncheck();
  assert.ok(await button("Add endpoint").isDisabled());
  await page.getByLabel("key.expired").check();
  await button("Add endpoint").click();
  const secret = await keepSecret();
  await page.getByRole("heading", { name: hookUrl(name) }).waitFor();
  return secret;
}

async function keepSecret(): Promise<string> {
  const secret = await dialog().getByLabel("Signing secret").inputValue();
  await button("Copy signing secret").click();
  await dialog().getByRole("status").getByText("Copied").waitFor();
  await button("I have stored it").click();
  await dialog().waitFor({ state: "detached" });
  return secret;
}

test("T55: an endpoint that was added in the browser gets a test event, signed with the secret that was shown", async () => {
  const secret = await addEndpoint("signed");
  await button("Send a test event").click();
  await page.getByRole("row", { name: /webhook\.test Delivered 200 1/ }).waitFor();
  const [told] = received;
  assert.ok(told !== undefined);
  const event = new Webhook(secret).verify(told.body, told.headers) as { type: string };
  assert.equal(event.type, "webhook.test");
  assert.ok(!(await page.content()).includes(secret));
});

test("during the overlap of a rotation messages are signed with both secrets", async () => {
  const before = await addEndpoint("rotated");
  await button("Rotate secret").click();
  await dialog().getByRole("button", { name: "Rotate" }).click();
  const secret = await keepSecret();
  assert.notEqual(before, secret);
  await button("Send a test event").click();
  await page.getByRole("row", { name: /webhook\.test Delivered/ }).waitFor();
  const [told] = received;
  assert.ok(told !== undefined);
  for (const each of [before, secret]) new Webhook(each).verify(told.body, told.headers);
});

test("what an endpoint refused is shown with its answer, and is sent again on demand with the same id", async () => {
  await addEndpoint("refusing");
  status = 500;
  await button("Send a test event").click();
  await page.getByRole("row", { name: /webhook\.test Waiting 500 1/ }).waitFor();
  status = 200;
  await page.getByRole("row", { name: /webhook\.test Delivered/ }).waitFor();
  await button("Send again").click();
  await page.getByText("It is sent again").waitFor();
  await page.getByRole("row", { name: /webhook\.test Delivered/ }).waitFor();
  const ids = new Set(received.map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 1);
  assert.ok(received.length >= 3);
  await page.getByText("Show", { exact: true }).click();
  await page.getByRole("region", { name: "Body" }).getByText('"webhook.test"').waitFor();
});

test("an endpoint that is disabled is told nothing until it is enabled, and a deleted one is gone", async () => {
  await addEndpoint("paused");
  await button("Disable").click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  assert.equal(await button("Send a test event").count(), 0);
  await button("Enable").click();
  await page.getByText("Active", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Settings" }).last().click();
  await button("Delete endpoint").click();
  await dialog().getByRole("button", { name: "Delete endpoint" }).click();
  await page.getByRole("heading", { name: "Alerts and webhooks" }).waitFor();
  assert.equal(await page.getByText(hookUrl("paused")).count(), 0);
});

test("events are chosen one by one or by their kind, and what was chosen is what is kept", async () => {
  await addEndpoint("choosy");
  await page.getByRole("link", { name: "Settings" }).last().click();
  await page.getByLabel("key.expired").uncheck();
  await page.getByLabel("Everything about owners").check();
  await page.getByLabel("key.expiring").check();
  await button("Save changes").click();
  await page.getByText("Saved").waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const { text } = await fixture.server.call("GET", `/v1/webhooks/${id}`);
  assert.deepEqual(new Set(JSON.parse(text).events), new Set(["owner.*", "key.expiring"]));
});

test("T54: an address within the network that is not allowed is refused where it was typed, and nothing is added", async () => {
  await goTo(page, "/webhooks/new");
  await page.getByLabel("URL").fill("http://169.254.169.254/latest/meta-data");
  await button("Add endpoint").click();
  await page.getByRole("alert").first().waitFor();
  const { text } = await fixture.server.call("GET", "/v1/webhooks");
  assert.ok(!text.includes("169.254"));
});
