// Envoy's questions over gRPC, in the form in which gateways ask over HTTP, and the answers in Envoy's.
import { PROXY_POLICY, PROXY_TOKEN } from "../verification/ext-auth/gateway-headers.ts";
import type { Answer } from "../verification/ext-auth/gateway-answer.ts";
import type { GatewayQuestion } from "../verification/ext-auth/gateway-route.ts";
import type { CheckRequest, CheckResponse, HeaderOption } from "./messages.ts";

/** google.rpc.Code */
const OK = 0;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;

/** The name of the policy in a route's `context_extensions`. */
const POLICY_EXTENSION = "policy";

/** What no application is to see: keys, Envoy's own, and names that only Keyward or Kong may use. */
const REMOVED = [
  "authorization",
  "x-api-key",
  PROXY_TOKEN,
  PROXY_POLICY,
  "x-consumer-groups",
  "x-anonymous-consumer",
];

/** The last hop is the one that Envoy has seen; the others are a client's, or a trusted proxy's. */
const HOPS = "x-forwarded-for";

/** What a client writes under these is nothing that Envoy says. */
const ENVOYS_WORD = new Set([HOPS, PROXY_TOKEN, PROXY_POLICY]);

/** Names that the application is told; the rest of an answer to an allowed request is for the client. */
const FOR_APPLICATION = /^x-(?:keyward|consumer|credential)-/;

/**
 * `undefined` for a question without a request: Envoy asks so only about connections, which have no key.
 *
 * @param token that Envoy shows in the metadata of its calls
 * @param peer address and port of Envoy
 */
export function questionOf(
  { attributes }: CheckRequest,
  token: string | undefined,
  peer: string,
): GatewayQuestion | undefined {
  const http = attributes?.request?.http;
  if (http === null || http === undefined) return undefined;
  const { method, path, host, headers } = http;
  const policy = attributes?.contextExtensions[POLICY_EXTENSION];
  const source = attributes?.source?.address?.socketAddress?.address ?? "";
  const hops = headers[HOPS] === undefined ? source : `${headers[HOPS]}, ${source}`;
  const own = [
    ...line("host", host),
    ...line(HOPS, hops),
    ...line(PROXY_TOKEN, token),
    ...line(PROXY_POLICY, policy),
  ];
  const clients = Object.entries(headers).filter(
    ([name]) => !name.startsWith(":") && !ENVOYS_WORD.has(name),
  );
  const remoteAddress = peer.slice(0, peer.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  return {
    method,
    url: path,
    rawHeaders: [...own, ...clients.flat()],
    socket: { remoteAddress },
  };
}

export function responseOf({ status, headers, body }: Answer): CheckResponse {
  const options = headerOptions(headers);
  if (status !== 200) {
    const code = status >= 500 ? UNAVAILABLE : PERMISSION_DENIED;
    return {
      status: { code },
      deniedResponse: { status: { code: status }, headers: options, body },
    };
  }
  const forApplication = options.filter(({ header }) => FOR_APPLICATION.test(header.key));
  return {
    status: { code: OK },
    okResponse: {
      headers: forApplication,
      headersToRemove: REMOVED,
      responseHeadersToAdd: options.filter((each) => !forApplication.includes(each)),
    },
    dynamicMetadata: metadataOf(forApplication),
  };
}

/** For Envoy's access log and its filters that come later: who called, in the namespace of the filter. */
function metadataOf(
  options: readonly HeaderOption[],
): NonNullable<CheckResponse["dynamicMetadata"]> {
  const fields = options
    .filter(({ header }) => header.key.startsWith("x-keyward-"))
    .map(({ header: { key, value } }) => {
      const name = key.slice("x-keyward-".length).replaceAll("-", "_");
      return [name, { stringValue: value }] as const;
    });
  return { fields: Object.fromEntries(fields) };
}

function headerOptions(flat: readonly string[]): readonly HeaderOption[] {
  const options: HeaderOption[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    options.push({
      header: { key: flat[index] ?? "", value: flat[index + 1] ?? "" },
      // Over whatever a client sent under that name; and an empty one as well.
      appendAction: "OVERWRITE_IF_EXISTS_OR_ADD",
      keepEmptyValue: true,
    });
  }
  return options;
}

function line(name: string, value: string | undefined): readonly string[] {
  return value === undefined || value === "" ? [] : [name, value];
}
