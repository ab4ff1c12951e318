import type { Restrictions } from "../restriction/restrictions.ts";
import { isObject } from "./json-shape.ts";

type IsField = (value: unknown) => boolean;

const isEntryOf: Readonly<Record<keyof Restrictions, IsField>> = {
  ips: isText,
  origins: isText,
  referrers: isText,
  routes: isShaped({ path: isText }, { methods: areTexts }),
  time_windows: isShaped({ days: areTexts, from: isText, to: isText, time_zone: isText }, {}),
  android_apps: isShaped(
    { package_name: isText },
    { sha256_cert_fingerprint: isText, sha1_cert_fingerprint: isText },
  ),
  ios_apps: isText,
};

/**
 * Holds restrictions to the shape that compiling them relies on, and no further: what they say is judged there, and one
 * that this version does not know makes its one key unavailable (K3), not the whole feed.
 */
export function parseRestrictionsShape(value: unknown): Restrictions | null | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  for (const [name, list] of Object.entries(value)) {
    const isEntry = Object.hasOwn(isEntryOf, name)
      ? isEntryOf[name as keyof Restrictions]
      : undefined;
    if (isEntry !== undefined && !(Array.isArray(list) && list.every(isEntry))) return undefined;
  }
  return value;
}

function isShaped(
  required: Readonly<Record<string, IsField>>,
  optional: Readonly<Record<string, IsField>>,
): IsField {
  return (entry) =>
    isObject(entry) &&
    Object.entries(required).every(([name, isField]) => isField(entry[name])) &&
    Object.entries(optional).every(
      ([name, isField]) => entry[name] === undefined || isField(entry[name]),
    );
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
