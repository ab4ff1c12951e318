// Debian's Chromium before a real server: what a visitor sees, without a stand-in for anything.
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildDashboard } from "../../packages/dashboard/build.ts";
import { startTestServer } from "../http/test-server.ts";
import type { TestServer } from "../http/test-server.ts";

export interface DashboardFixture {
  readonly server: TestServer;
  readonly browser: Browser;
  /** A window of its own, signed in, that tells what went wrong in it. */
  open(options?: OpenOptions): Promise<Window>;
  stop(): Promise<void>;
}

export interface OpenOptions {
  readonly path?: string;
  readonly theme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly forcedColors?: boolean;
  /** Who signs in, by a link of their own; `key` is nobody, with a management key. */
  readonly as?: "owner" | "admin" | "developer" | "viewer" | "key";
  /** The first one, if left out. */
  readonly key?: string;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Scripts and styles that the policy refused, dialogs that opened, requests that left the origin, errors of the page. */
  readonly complaints: readonly string[];
}

const WAIT_MS = 20_000;

/** A member of this role, and the link that signs them in. */
export async function linkFor(server: TestServer, role: string): Promise<string> {
  const member = await server.call("POST", "/v1/members", { body: { name: `an ${role}`, role } });
  const { json } = await server.call("POST", `/v1/members/${member.json.id}/link`, { body: {} });
  return json.path;
}

/** @param environment what its server is configured with beyond the usual */
export async function startDashboard(
  environment: Readonly<Record<string, string>> = {},
): Promise<DashboardFixture> {
  await buildDashboard();
  const server = await startTestServer({ environment });
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    // The tests run as root in containers, where Chromium's own sandbox cannot be had.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  return {
    server,
    browser,
    open: (options = {}) => open(browser, server, options),
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

async function open(browser: Browser, server: TestServer, options: OpenOptions): Promise<Window> {
  const {
    as = "owner",
    path = "/keys",
    theme = "light",
    forcedColors = false,
    key = server.key,
    viewport = { width: 1280, height: 900 },
  } = options;
  const context = await browser.newContext({
    colorScheme: theme,
    forcedColors: forcedColors ? "active" : "none",
    viewport,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedType|Trusted Type/i.test(message.text())) {
      complaints.push(`policy: ${message.text()}`);
    }
  });
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") complaints.push(`dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== server.url) {
      complaints.push(`foreign: ${url.origin}`);
    }
  });
  if (as === "key") {
    await page.goto(server.url + path);
    await page.getByLabel("Management key").fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
  } else {
    const link = await linkFor(server, as);
    await page.goto(server.url + path + link.slice(link.indexOf("#")));
  }
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return { page, context, complaints };
}
