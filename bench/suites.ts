import type { Suite } from "./suite.ts";

/** The suites by name, each loaded only in the process that runs it. */
export const SUITES = {
  adapters: () => import("./adapters.ts"),
  coldstart: () => import("./coldstart.ts"),
  decide: () => import("./decide.ts"),
  gateway: () => import("./gateway.ts"),
  flood: () => import("./flood.ts"),
  limits: () => import("./limits.ts"),
  "limits-redis": () => import("./limits-redis.ts"),
  manage: () => import("./manage.ts"),
  memory: () => import("./memory.ts"),
  oauth: () => import("./oauth.ts"),
  postgres: () => import("./postgres.ts"),
  propagation: () => import("./propagation.ts"),
  rival: () => import("./rival.ts"),
  sdk: () => import("./sdk.ts"),
  usage: () => import("./usage.ts"),
  "verify-http": () => import("./verify-http.ts"),
} as const satisfies Record<string, () => Promise<{ readonly suite: Suite }>>;

export type SuiteName = keyof typeof SUITES;

export function isSuiteName(name: string): name is SuiteName {
  return Object.hasOwn(SUITES, name);
}
