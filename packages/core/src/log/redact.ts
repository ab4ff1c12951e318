// What may stand in a log entry of what a request said of itself: spec/logs.md §3.
import { findKeys } from "../key/find-keys.ts";
import { usageNetwork } from "../usage/network.ts";
import { DETAIL_CHARS_MAX, METHOD_CHARS_MAX, PATH_CHARS_MAX } from "./entry.ts";

const METHOD = /^[A-Za-z!#$%&'*+.^_`|~-]+$/;
/** A query or a fragment, up to the end of the word. */
const QUERY = /[?#]\S*/g;
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;
const MASK = "[key]";

/** The method, unless it is none (RFC 9110 §9.1). */
export function loggedMethod(method: string): string | null {
  return method.length <= METHOD_CHARS_MAX && METHOD.test(method) ? method.toUpperCase() : null;
}

/** The path without its query, and without what has the form of a key. */
export function loggedPath(path: string): string {
  return cut(masked(path), PATH_CHARS_MAX);
}

/** A reason without queries, keys and the whole address. */
export function loggedDetail(detail: string, ip: string | undefined): string {
  const network = ip === undefined || ip === "" ? undefined : (usageNetwork(ip) ?? "an address");
  const told = network === undefined ? detail : detail.replaceAll(ip ?? "", network);
  return cut(masked(told), DETAIL_CHARS_MAX);
}

function masked(text: string): string {
  let clean = text.replace(QUERY, "").replace(CONTROL, " ");
  for (const key of findKeys(clean)) clean = clean.replaceAll(key.text, MASK);
  return clean;
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}
