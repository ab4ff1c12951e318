// What every adapter does with a request before it may reach its handler.
import type { Authentication, Authenticator, Needs } from "./authenticator.ts";
import { unavailableRefusal } from "@keyward/core/http/refusal";
import type { RequestFacts } from "./request-facts.ts";

/**
 * Never rejects: whatever throws, the reading of the request included, is a refusal with 503 (T38). What authenticates may be
 * anything that was given, so an answer that is not whole counts as none.
 */
export async function admit<Scopes extends string>(
  authenticator: Authenticator<Scopes>,
  { scopes, cost, tag, minRev }: Needs<Scopes>,
  readFacts: () => RequestFacts,
): Promise<Authentication> {
  try {
    const needs = { scopes, cost, tag, minRev };
    const answer: unknown = await authenticator.authenticate(readFacts(), needs);
    if (isAuthentication(answer)) return answer;
    return unavailableRefusal(undefined);
  } catch (error) {
    return unavailableRefusal(error);
  }
}

/** Reads fields one by one and copies nothing: what throws in being read counts as none as well. */
function isAuthentication(value: unknown): value is Authentication {
  if (!isObject(value)) return false;
  if (value["outcome"] === "allowed") {
    const principal = value["principal"];
    return isObject(principal) && typeof principal["key_id"] === "string";
  }
  const isAnswer = isObject(value["headers"]) && typeof value["body"] === "string";
  return value["outcome"] === "refused" && isAnswer && isRefusalStatus(value["status"]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isRefusalStatus(status: unknown): boolean {
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599;
}
