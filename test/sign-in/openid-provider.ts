// A real OpenID Provider on a port of its own, and a person with a browser who signs in there.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}

export interface TestProvider {
  readonly issuer: string;
  /** By `sub`; a test changes them as it goes. */
  readonly people: Map<string, Person>;
  /** Whether those who have left are still given tokens. */
  readonly gone: Set<string>;
  stop(): Promise<void>;
}

export const CLIENT_ID = "keyward";
export const CLIENT_SECRET = "a secret of the test, long enough for HMAC";

/** @param keyward where Keyward will be reached */
export async function startProvider(keyward: string, id = "sso"): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  const gone = new Set<string>();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${keyward}/v1/sign-in/oidc/${id}/callback`],
        post_logout_redirect_uris: [`${keyward}/`],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        backchannel_logout_uri: `${keyward}/v1/sign-in/oidc/${id}/logout`,
        backchannel_logout_session_required: true,
      },
    ],
    cookies: { keys: ["a key of the test"] },
    claims: {
      openid: ["sub", "sid"],
      email: ["email", "email_verified"],
      profile: ["name", "groups"],
    },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
    findAccount: (_: unknown, sub: string) => {
      if (gone.has(sub)) return undefined;
      return { accountId: sub, claims: () => ({ ...people.get(sub), sub }) };
    },
    // It calls nothing on this machine by itself, and here everything is.
    fetch: (
      url: string,
      { dispatcher: _dispatcher, ...options }: RequestInit & { dispatcher?: unknown },
    ) => fetch(url, options),
    ttl: { Interaction: 600, Session: 3_600, Grant: 86_400 },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    people,
    gone,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A browser with cookies for each origin, as far as a sign-in needs one. */
export class TestBrowser {
  readonly #jars = new Map<string, Map<string, string>>();

  cookies(url: string): string {
    const jar = this.#jars.get(new URL(url).origin) ?? new Map<string, string>();
    return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** One request, without following where it leads. */
  async request(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const response = await fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers: { cookie: this.cookies(url), accept: "text/html" },
      redirect: "manual",
      ...(form && { body: new URLSearchParams(form) }),
    });
    const { origin } = new URL(url);
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1);
      if (value === "" || /max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), value);
    }
    return response;
  }

  /**
   * Follows a way through the provider's pages as this person.
   *
   * @returns the first address at Keyward that is not its callback
   */
  async signIn(keyward: string, start: string, sub: string): Promise<string> {
    const back = await this.toCallback(keyward, start, sub);
    const response = await this.request(back);
    return new URL(response.headers.get("location") ?? "", keyward).href;
  }

  /** At the provider, which then tells Keyward. */
  async signOut(issuer: string): Promise<void> {
    const page = await this.request(`${issuer}/session/end`);
    const html = await page.text();
    const action = /action="([^"]+)"/.exec(html)?.[1];
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1];
    if (action === undefined || xsrf === undefined) throw new Error(`no form to sign out: ${html}`);
    await this.request(new URL(action, issuer).href, { xsrf, logout: "yes" });
  }

  /** As far as the address with which the provider sends the browser back. */
  async toCallback(keyward: string, start: string, sub: string): Promise<string> {
    let response = await this.request(start);
    for (let step = 0; step < 20; step++) {
      const location = response.headers.get("location");
      if (location !== null) {
        const next = new URL(location, response.url).href;
        if (next.startsWith(keyward)) return next;
        response = await this.request(next);
        continue;
      }
      const html = await response.text();
      const action = /action="([^"]+)"/.exec(html)?.[1];
      if (action === undefined)
        throw new Error(`no form at ${response.url}: ${html.slice(0, 500)}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? "";
      const form = prompt === "login" ? { prompt, login: sub, password: "x" } : { prompt };
      response = await this.request(new URL(action, response.url).href, form);
    }
    throw new Error("the provider leads nowhere");
  }
}
