// What the form of a new key holds, and what is sent of it.
import type { KeysCreateBody } from "@keyward/sdk/client/operations.generated";
import type { Texts } from "../../search-params.ts";
import type { Environment } from "../../shell/environment.tsx";

export type ExpiryChoice = "default" | "7d" | "30d" | "90d" | "1y" | "never" | "at";

export interface KeyForm {
  readonly name: string;
  readonly api: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly kind: "secret" | "publishable";
  readonly scopes: readonly string[];
  readonly expiry: ExpiryChoice;
  /** As a `datetime-local` field has it. */
  readonly expiryAt: string;
  /** The name of one; empty is none. */
  readonly plan: string;
  readonly ips: string;
  readonly origins: string;
  readonly routes: string;
  readonly metadata: string;
}

export const PREFILLED = [
  "name",
  "api",
  "owner",
  "kind",
  "scopes",
  "expires",
  "plan",
  "ip",
  "origin",
] as const;
export type Prefill = Texts<(typeof PREFILLED)[number]>;

const DAY_MS = 86_400_000;
const EXPIRY_MS = { "7d": 7 * DAY_MS, "30d": 30 * DAY_MS, "90d": 90 * DAY_MS, "1y": 365 * DAY_MS };

/** A link can fill the form in. It never sends it. */
export function formOf(prefill: Prefill, environment: Environment): KeyForm {
  const { expires = "" } = prefill;
  return {
    name: prefill.name ?? "",
    api: prefill.api ?? "",
    owner: prefill.owner ?? "",
    environment,
    kind: prefill.kind === "publishable" ? "publishable" : "secret",
    scopes: linesOf(prefill.scopes ?? ""),
    expiry: isExpiry(expires) ? expires : "default",
    expiryAt: "",
    plan: prefill.plan ?? "",
    ips: linesOf(prefill.ip ?? "").join("\n"),
    origins: linesOf(prefill.origin ?? "").join("\n"),
    routes: "",
    metadata: "",
  };
}

export function prefillOf(form: KeyForm): Prefill {
  return {
    name: form.name,
    api: form.api,
    owner: form.owner,
    kind: form.kind === "secret" ? "" : form.kind,
    scopes: form.scopes.join(","),
    expires: form.expiry === "default" || form.expiry === "at" ? "" : form.expiry,
    plan: form.plan,
    ip: linesOf(form.ips).join(","),
    origin: linesOf(form.origins).join(","),
  };
}

/** @param now in milliseconds; an expiry counts from then */
export function bodyOf(form: KeyForm, now: number): KeysCreateBody {
  const expiresAt = expiryOf(form, now);
  const restrictions = restrictionsOf(form);
  const metadata = metadataOf(form.metadata);
  return {
    api: form.api,
    name: form.name.trim(),
    owner: form.owner.trim(),
    environment: form.environment,
    ...(form.kind === "publishable" ? { kind: form.kind } : {}),
    ...(form.scopes.length > 0 ? { scopes: form.scopes } : {}),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(form.plan === "" ? {} : { plan: form.plan }),
    ...(restrictions === undefined ? {} : { restrictions }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** `undefined` when there is none; also for what is no JSON object, which the form then complains about. */
export function metadataOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

export function linesOf(text: string): readonly string[] {
  return text
    .split(/[\n,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `GET,HEAD /invoices/**`, or a path alone for every method. */
export function routesOf(text: string) {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => {
    const [path = "", methods] = line.split(/\s+/).reverse();
    return methods === undefined ? { path } : { methods: methods.split(","), path };
  });
}

function restrictionsOf({ ips, origins, routes }: KeyForm) {
  const parts = {
    ...(linesOf(ips).length > 0 ? { ips: linesOf(ips) } : {}),
    ...(linesOf(origins).length > 0 ? { origins: linesOf(origins) } : {}),
    ...(routesOf(routes).length > 0 ? { routes: routesOf(routes) } : {}),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function expiryOf({ expiry, expiryAt }: KeyForm, now: number): string | null | undefined {
  switch (expiry) {
    case "default":
      return undefined;
    case "never":
      return null;
    case "at":
      return expiryAt === "" ? undefined : new Date(expiryAt).toISOString();
    default:
      return new Date(now + EXPIRY_MS[expiry]).toISOString();
  }
}

function isExpiry(text: string): text is ExpiryChoice {
  return text === "never" || text in EXPIRY_MS;
}
