// The two calls that begin and end a session. They answer with a cookie, so they are no operations of the client.
import { KeywardError, KeywardUnavailable } from "@keyward/sdk/client";

const PREFIX = "#/sign-in?token=";

/** Takes the token out of the address at once: it is in no history, and no second look finds it. */
export function takeLinkToken(): string | undefined {
  if (!location.hash.startsWith(PREFIX)) return undefined;
  const token = decodeURIComponent(location.hash.slice(PREFIX.length));
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** An OpenID Provider by which people sign in. */
export interface Provider {
  readonly id: string;
  readonly name: string;
}

/** None is no reason to complain: there are other ways in on the same page. */
export async function listProviders(): Promise<readonly Provider[]> {
  try {
    const response = await fetch("/v1/sign-in/providers");
    const { data } = (await response.json()) as { readonly data?: readonly Provider[] };
    return data ?? [];
  } catch {
    return [];
  }
}

/** Where the browser goes to sign in with a provider. It comes back with a session, to where one wanted to go. */
export function providerPath({ id }: Provider): string {
  const back = encodeURIComponent(location.pathname + location.search);
  return `/v1/sign-in/oidc/${encodeURIComponent(id)}?return_to=${back}`;
}

/** @throws KeywardError when the link does not work (any more); KeywardUnavailable */
export async function followLink(token: string): Promise<void> {
  await post("/v1/sign-in/link", { token });
}

/** What fails here ends by itself: an idle session is over after some hours. */
export async function endSession(): Promise<void> {
  try {
    await post("/v1/sign-out");
  } catch {
    // There is nothing that the person could do about it now.
  }
}

async function post(path: string, body?: object): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "x-keyward-csrf": "1",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new KeywardUnavailable("network", "cannot reach Keyward", { cause });
  });
  if (!response.ok) throw await problemOf(response);
}

async function problemOf(response: Response): Promise<KeywardError | KeywardUnavailable> {
  const { status } = response;
  if (status >= 500) return new KeywardUnavailable("busy", `status ${status}`, { status });
  const { code, title, detail, request_id } = (await response.json()) as Record<string, string>;
  return new KeywardError({
    status,
    code: code ?? "",
    title: title ?? "",
    type: undefined,
    detail,
    requestId: request_id,
    errors: [],
  });
}
