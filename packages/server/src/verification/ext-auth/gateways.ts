// The gateways that can ask, and what each of them says and passes on: the one table of what differs between them.
// docs/guides has the recipe that goes with each.

/** What a gateway says about its client's request, and in which header. Without a name it is the request's own. */
export interface Gateway {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly address: "x-real-ip" | "x-forwarded-for";
  /** Where the policy stands: in the URL, or in a header where the URL ends in the client's own. */
  readonly policy: "query" | "x-keyward-policy";
  /**
   * Whether a refusal reaches the client as it is, or only as 401 or 403 and without its body; then the true status travels
   * in a header.
   */
  readonly passesRefusals: boolean;
  /** Whether Keyward refuses paths that can be read in two ways (T26), or the recipe does. */
  readonly checksPath: boolean;
  /** Sent with every allowed request: name, value, name, value, … */
  readonly onAllow: readonly string[];
}

const FORWARDED = {
  method: "x-forwarded-method",
  target: "x-forwarded-uri",
  address: "x-forwarded-for",
  policy: "query",
  passesRefusals: true,
  checksPath: true,
  onAllow: [],
} as const satisfies Gateway;

const ORIGINAL = {
  ...FORWARDED,
  method: "x-original-method",
  target: "x-original-uri",
  address: "x-real-ip",
} as const satisfies Gateway;

export const GATEWAYS = {
  /** `auth_request`: passes on 401 and 403 alone, and drops a connection that has brought a body. */
  nginx: { ...ORIGINAL, passesRefusals: false, checksPath: false },
  /** A Lua action of the recipe. */
  haproxy: ORIGINAL,
  /** A Lua hook of the recipe. */
  apache: ORIGINAL,
  /** `forward_auth`. */
  caddy: FORWARDED,
  /** `ForwardAuth`, which passes on a body only if it has a length. */
  traefik: FORWARDED,
  /**
   * `ext_authz` over HTTP: asks with the client's own method, and with its target behind the path of the endpoint. Of a client
   * on loopback it writes its own address into X-Forwarded-For, so the recipe has it say the client's in a header of its own.
   */
  envoy: {
    ...FORWARDED,
    method: undefined,
    target: undefined,
    address: "x-real-ip",
    policy: "x-keyward-policy",
    onAllow: [
      "x-envoy-auth-headers-to-remove",
      "authorization,x-api-key,x-keyward-policy,x-keyward-proxy-token,x-consumer-groups,x-anonymous-consumer",
    ],
  },
} as const satisfies Record<string, Gateway>;

/** `ext_authz` over gRPC: says all that it knows, and is told apart from the others by its port. */
export const ENVOY_GRPC: GatewayRoute = {
  gateway: { ...FORWARDED, method: undefined, target: undefined, policy: "x-keyward-policy" },
  path: "",
};

const PATH_START = "/v1/ext-auth/";

export interface GatewayRoute {
  readonly gateway: Gateway;
  /** The path of the endpoint; what follows it in a request is of no meaning, or the client's target. */
  readonly path: string;
}

const ROUTES: readonly GatewayRoute[] = Object.entries(GATEWAYS).map(([name, gateway]) => {
  return { gateway, path: PATH_START + name };
});

/** The gateway that a path is for, also with more behind it; `undefined` for any other path. */
export function findGatewayRoute(path: string): GatewayRoute | undefined {
  if (!path.startsWith(PATH_START)) return undefined;
  return ROUTES.find((route) => path === route.path || path.startsWith(`${route.path}/`));
}
