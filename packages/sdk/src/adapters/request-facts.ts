import { clientIp } from "@keyward/core/http/client-ip";
import { parseCidr } from "@keyward/core/restriction/cidr";
import { isHeaderName } from "@keyward/core/http/header-name";
import type { Proof } from "@keyward/core/token/confirmation";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { RequestContext } from "@keyward/core/restriction/restrictions";

/** What authentication reads of a request, whatever framework it came through. */
export interface RequestFacts {
  /** Name, value, name, value, … as they came: a parsed object has already dropped or joined the duplicates (T27). */
  readonly rawHeaders: readonly string[];
  readonly method: string;
  /** As sent, before any decoding; the query string may follow. */
  readonly path: string;
  /** The address at the other end of the connection. Without it, keys that are bound to addresses are refused. */
  readonly peer?: string | undefined;
  /** The SHA-256 of the TLS certificate that the client has shown, in hexadecimal digits; colons between them do not count. */
  readonly certificate?: string | undefined;
  /** The framework's own object for the request: what was decided about it is not decided, and not counted, twice (T31). */
  readonly request?: object | undefined;
}

/** The facts of a fetch `Request`, read when they are asked for. It does not know its peer. */
export function factsOfRequest(request: Request, peer: string | undefined): RequestFacts {
  return {
    get rawHeaders() {
      return [...request.headers].flat();
    },
    get method() {
      return request.method;
    },
    get path() {
      return new URL(request.url).pathname;
    },
    peer,
    request,
  };
}

/** @throws TypeError when one is no network */
export function parseProxies(trustedProxies: readonly string[]): readonly Cidr[] {
  return trustedProxies.map((text) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new TypeError(`trustedProxies: ${text} is ${parsed.detail}`);
    return parsed.pattern;
  });
}

type Fact = Exclude<keyof RequestContext, "ip" | "method" | "path">;

/** Their names differ in length, so most headers are passed over by that alone. */
const FACTS = Object.entries<Fact>({
  origin: "origin",
  referer: "referrer",
  "user-agent": "user_agent",
  "x-android-package": "android_package",
  "x-android-cert": "android_cert",
  "x-ios-bundle-identifier": "ios_bundle",
});
const FACT_OF_LENGTH = new Map(FACTS.map((entry) => [entry[0].length, entry]));

/** What a decision may know of the request. Of the address only what trusted proxies wrote is believed (T25). */
export function contextOf(
  { rawHeaders, method, path, peer }: RequestFacts,
  trustedProxies: readonly Cidr[],
): RequestContext {
  const context: { -readonly [Name in keyof RequestContext]: string } = { method, path };
  const forwardedFor: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (isHeaderName(name, "x-forwarded-for")) forwardedFor.push(value);
    const entry = FACT_OF_LENGTH.get(name.length);
    if (entry === undefined || !isHeaderName(name, entry[0])) continue;
    const fact = entry[1];
    // Repeated lines are one list (RFC 9110 §5.3), which no restriction on a single value admits.
    context[fact] = context[fact] === undefined ? value : `${context[fact]}, ${value}`;
  }
  const ip = peer === undefined ? undefined : clientIp(peer, forwardedFor, trustedProxies);
  if (ip !== undefined) context.ip = ip;
  return context;
}

/** The proof of a request, and what it must be about; no proof is one that is not good, and so are two. */
export function dpopOf(
  { rawHeaders, method, path }: RequestFacts,
  publicUrl: string | undefined,
): DpopRequest {
  const proofs = rawHeaders.filter((_, index) => {
    return index % 2 === 1 && isHeaderName(rawHeaders[index - 1] ?? "", "dpop");
  });
  const [proof = "", ...others] = proofs;
  const url = publicUrl === undefined ? "" : publicUrl.replace(/\/$/, "") + path;
  return { proof: others.length === 0 ? proof : "", method, url };
}

/** What the connection proves: tokens may be bound to the certificate (RFC 8705 §3). */
export function certificateProof({ certificate }: RequestFacts): Proof | undefined {
  const hex = certificate?.replaceAll(":", "") ?? "";
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  const bytes = hex.replaceAll(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
  const base64 = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_");
  return { x5t_s256: base64.replace("=", "") };
}
