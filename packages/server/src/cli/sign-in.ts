// Signing in by a browser (RFC 8252), or by a code where there is none (RFC 8628). The protocol is openid-client's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as oauth from "openid-client";
import { NotAuthenticated } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

/** As the server knows the command line. */
const CLIENT_ID = "keyward-cli";
const WAIT_MS = 300_000;
const CALLBACK = "/callback";

export interface SignInOptions {
  readonly url: string;
  /** A code instead of a browser on this machine. */
  readonly byDevice: boolean;
  readonly opensBrowser: boolean;
}

export interface GivenToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** @throws NotAuthenticated when it was refused, or nobody answered */
export async function signIn(terminal: Terminal, options: SignInOptions): Promise<GivenToken> {
  const config = configOf(options.url);
  try {
    const answer = options.byDevice
      ? await byDevice(terminal, config)
      : await byBrowser(terminal, config, options.opensBrowser);
    return { token: answer.access_token, expiresInSeconds: answer.expires_in ?? 0 };
  } catch (error) {
    throw explained(error);
  }
}

/** Its endpoints are where they are known to be, so that a tunnel to the server is as good as its own name. */
function configOf(url: string): oauth.Configuration {
  const base = url.replace(/\/+$/, "");
  const server = {
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/oauth/token`,
    device_authorization_endpoint: `${base}/oauth/device_authorization`,
  };
  const config = new oauth.Configuration(server, CLIENT_ID, undefined, oauth.None());
  if (base.startsWith("http:")) oauth.allowInsecureRequests(config);
  return config;
}

async function byDevice(terminal: Terminal, config: oauth.Configuration) {
  const asked = await oauth.initiateDeviceAuthorization(config, {});
  terminal.note(
    `Open ${asked.verification_uri} in a browser, anywhere, and type in:\n\n  ${asked.user_code}\n\n`,
  );
  terminal.note("Waiting for your answer …\n");
  return await oauth.pollDeviceAuthorizationGrant(config, asked);
}

async function byBrowser(terminal: Terminal, config: oauth.Configuration, opensBrowser: boolean) {
  const codeVerifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const waiting = await listenForBrowser();
  try {
    const address = oauth.buildAuthorizationUrl(config, {
      redirect_uri: waiting.redirectUri,
      code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
      state,
    });
    if (opensBrowser) openBrowser(address.href);
    const how = opensBrowser ? "If no browser opens, go to" : "Go to";
    terminal.note(`${how}\n\n  ${address.href}\n\nWaiting for your answer …\n`);
    const back = await waiting.answer;
    return await oauth.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: codeVerifier,
      expectedState: state,
    });
  } finally {
    waiting.close();
  }
}

/** RFC 8252 §7.3, §8.3: on the loopback by its number, for one answer, and no longer than it takes. */
async function listenForBrowser() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const redirectUri = `http://127.0.0.1:${port}${CALLBACK}`;
  const answer = new Promise<URL>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("nobody answered in time")), WAIT_MS);
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", redirectUri);
      const isAnswer = request.method === "GET" && url.pathname === CALLBACK;
      response.writeHead(isAnswer ? 200 : 404, {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
        connection: "close",
      });
      response.end(isAnswer ? "You can close this tab and go back to the command line.\n" : "");
      if (!isAnswer) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
  return { redirectUri, answer, close: () => void server.close() };
}

/** Best effort: the address has been printed as well. */
function openBrowser(address: string): void {
  const [command = "", ...words] = BROWSERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

const BROWSERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

function explained(error: unknown): unknown {
  if (
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.AuthorizationResponseError
  ) {
    return new NotAuthenticated(REFUSALS[error.error] ?? `the sign-in failed: ${error.error}`);
  }
  return error;
}

const REFUSALS: Readonly<Record<string, string>> = {
  access_denied: "the sign-in was refused in the browser",
  expired_token: "nobody answered in time; run keyward login again",
};
