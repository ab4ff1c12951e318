// A running Keyward whose authorization server is asked over HTTP, as machines ask it.
import assert from "node:assert/strict";
import { after } from "node:test";
import { startTestServer } from "../http/test-server.ts";
import type { TestServer } from "../http/test-server.ts";

export interface Fields {
  readonly [name: string]: unknown;
}

export interface FormOptions {
  readonly basic?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MadeClient {
  readonly id: string;
  readonly secret: string;
  readonly basic: string;
}

export const CREDENTIALS = { grant_type: "client_credentials" } as const;

/** Stops when the tests of the file are through. */
export async function startOAuthServer(environment: Readonly<Record<string, string>> = {}) {
  const server = await startTestServer({
    environment: { KEYWARD_TRUSTED_PROXIES: "127.0.0.0/8", ...environment },
  });
  after(() => server.stop());
  return new OAuthServer(server);
}

export class OAuthServer {
  readonly server: TestServer;
  #networks = 0;

  constructor(server: TestServer) {
    this.server = server;
  }

  async manage(path: string, body?: object, method = "POST"): Promise<Fields> {
    const answer = await this.server.call(method, path, body === undefined ? {} : { body });
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.json as unknown as Fields;
  }

  /** Each time from a network of its own, so that failures of one test are not held against another. */
  async form(
    path: string,
    fields: Readonly<Record<string, string>> | string,
    { basic, headers }: FormOptions = {},
  ) {
    const network = ++this.#networks;
    const response = await fetch(this.server.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-forwarded-for": `10.1.${network >> 8}.${network & 0xff}`,
        ...(basic !== undefined && { authorization: `Basic ${btoa(basic)}` }),
        ...headers,
      },
      body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
    });
    const text = await response.text();
    const json = JSON.parse(text) as Fields;
    return { status: response.status, headers: response.headers, text, json };
  }

  makeApi(prefix: string, fields: object = {}): Promise<Fields> {
    return this.manage("/v1/apis", {
      name: prefix,
      prefix,
      audience: `https://${prefix}.example`,
      scopes: ["invoices:read", "invoices:write"],
      ...fields,
    });
  }

  async makeClient(api: string, fields: object = {}): Promise<MadeClient> {
    const resources = [{ api, scopes: ["invoices:*"] }];
    const body = { name: "c", owner: "team", resources, ...fields };
    const client = await this.manage("/v1/clients", body);
    const id = String(client["id"]);
    const secret = String(client["secret"]);
    return { id, secret, basic: `${id}:${secret}` };
  }

  verdictOf(credential: unknown, fields: object = {}): Promise<Fields> {
    return this.manage("/v1/verify", { credential, ...fields });
  }
}
