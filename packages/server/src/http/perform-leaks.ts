// Reports of keys that leaked: from anybody who holds one, and from GitHub. Neither has a management key.
import { createHash } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import { clientIp } from "@keyward/core/http/client-ip";
import { parseId } from "@keyward/core/id";
import { loggedDetail } from "@keyward/core/log/redact";
import type { KeySnapshot } from "@keyward/core/verdict/snapshot";
import { githubMatches, leakOperations } from "../contract/leaks.ts";
import {
  GITHUB_BODY_BYTES_MAX,
  LEAK_BODY_BYTES_MAX,
  LEAK_URL_CHARS_MAX,
} from "../contract/limits.ts";
import type { InputOf, ResultOf } from "../contract/operations.ts";
import { reportLeak } from "../operations/leaks/report-leak.ts";
import type { Leak } from "../operations/leaks/report-leak.ts";
import { tenantScope } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { unauthenticated } from "./authenticate.ts";
import { headerLines, headerOf } from "./raw-headers.ts";
import { readBody } from "./read-body.ts";
import { readInput } from "./read-input.ts";
import type { RequestFacts } from "./request-facts.ts";

export type LeakId = keyof typeof leakOperations;

/** Reports that are written in one transaction. */
const LEAKS_PER_WRITE = 50;

/** Whether a network may still report. */
export interface LeakReports {
  admit(network: string): boolean;
}

/** @throws OperationError as the operations' contracts say */
export async function performLeaks(
  parts: AppParts,
  id: LeakId,
  { request, facts }: { readonly request: Request; readonly facts: RequestFacts },
): Promise<Response> {
  if (id === "leaks.github") return await takeFromGithub(parts, request, facts);
  const { input } = await readInput(leakOperations[id], request, {}, LEAK_BODY_BYTES_MAX);
  const { credential, url } = (input as InputOf<"leaks.report">).body;
  assertNotTooMany(parts, facts);
  const key = parts.keys.find(credential);
  if (key !== undefined) await report(parts, facts, [leakOf(key, "holder", url)]);
  const receipt: ResultOf<"leaks.report"> = { outcome: key ? "reported" : "unknown" };
  return Response.json(receipt);
}

async function takeFromGithub(
  parts: AppParts,
  request: Request,
  facts: RequestFacts,
): Promise<Response> {
  const { githubKeys } = parts;
  if (githubKeys === undefined) {
    throw new OperationError("not_found", { detail: "This Keyward takes nothing from GitHub" });
  }
  const body = await readBody(request, GITHUB_BODY_BYTES_MAX);
  const keyId = headerOf(facts.rawHeaders, "github-public-key-identifier") ?? "";
  const signature = headerOf(facts.rawHeaders, "github-public-key-signature") ?? "";
  const isSigned = await githubKeys.hasSigned(body, keyId, signature).catch((cause: unknown) => {
    throw new OperationError("unavailable", { detail: "GitHub's keys cannot be read", cause });
  });
  if (!isSigned) throw unauthenticated("unknown");
  const matches = parseMatches(body);
  const labels: ResultOf<"leaks.github"> = [];
  const leaks: Leak[] = [];
  for (const { token, type, url } of matches) {
    const key = parts.keys.find(token);
    if (key !== undefined) leaks.push(leakOf(key, "github", url ?? undefined));
    labels.push({
      token_hash: createHash("sha256").update(token).digest("hex"),
      token_type: type,
      label: key === undefined ? "false_positive" : "true_positive",
    });
  }
  await report(parts, facts, leaks);
  return Response.json(labels);
}

function parseMatches(body: Buffer) {
  try {
    return githubMatches.parse(JSON.parse(body.toString()));
  } catch (cause) {
    throw new OperationError("invalid_request", { detail: "It is no list of matches", cause });
  }
}

async function report(
  { storage, clock, random }: AppParts,
  { requestId }: RequestFacts,
  leaks: readonly Leak[],
): Promise<void> {
  for (let at = 0; at < leaks.length; at += LEAKS_PER_WRITE) {
    await storage.write(async (writer) => {
      const by = { now: clock.now(), random, requestId };
      for (const leak of leaks.slice(at, at + LEAKS_PER_WRITE)) await reportLeak(writer, by, leak);
    });
  }
}

/** What a snapshot says is read at once: its view ends with the next change. */
function leakOf(
  { workspaceId, keyId, secretId }: KeySnapshot,
  source: Leak["source"],
  url: string | undefined,
): Leak {
  const [key, secret] = [parseId("key", keyId), parseId("secret", secretId)];
  if (key === undefined || secret === undefined)
    throw new Error("only keys are found by their text");
  const place =
    url === undefined ? null : loggedDetail(url, undefined).slice(0, LEAK_URL_CHARS_MAX);
  return { scope: tenantScope(workspaceId), keyId: key, secretId: secret, source, url: place };
}

/** @throws OperationError `unavailable` for a network that has reported too much */
function assertNotTooMany({ leakReports, trustedProxies }: AppParts, facts: RequestFacts): void {
  const ip = clientIp(facts.peer, headerLines(facts.rawHeaders, "x-forwarded-for"), trustedProxies);
  if (leakReports.admit(ip ?? "")) return;
  throw new OperationError("unavailable", {
    detail: "Too many reports came from this network; report again in a second",
  });
}
