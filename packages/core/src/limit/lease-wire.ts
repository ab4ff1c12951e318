// Leases as the feed carries them: spec/limits.md §10.
import { exactObject, isCount, parseList } from "../feed/json-shape.ts";
import type { LeaseAnswer, LeaseRequest, Lent } from "./lease.ts";

/** Of one api, which the request names elsewhere. */
export function leaseRequestBody({ verifier, sequence, asks, returns }: LeaseRequest): object {
  return {
    verifier,
    sequence,
    asks: asks.map(({ keyId, network = null, wishes }) => ({
      key: keyId,
      network,
      limits: wishes,
    })),
    returns,
  };
}

export function leaseAnswerBody({ verifiers, lent }: LeaseAnswer): object {
  return { verifiers, asks: lent.map((limits) => ({ limits: limits.map(lentBody) })) };
}

function lentBody({ lease, units, remaining, retryMs, refillsInMs }: Lent): object {
  return { lease, units, remaining, retry_ms: retryMs, refills_in_ms: refillsInMs };
}

/** `undefined` for anything that {@link leaseAnswerBody} does not make. */
export function parseLeaseAnswer(value: unknown): LeaseAnswer | undefined {
  const answer = exactObject(value, ["verifiers", "asks"]);
  const verifiers = answer?.["verifiers"];
  const lent = parseList(answer?.["asks"], (ask) => {
    return parseList(exactObject(ask, ["limits"])?.["limits"], parseLent);
  });
  return isCount(verifiers) && lent !== undefined ? { verifiers, lent } : undefined;
}

function parseLent(value: unknown): Lent | undefined {
  const fields = ["lease", "units", "remaining", "retry_ms", "refills_in_ms"];
  const one = exactObject(value, fields);
  if (one === undefined) return undefined;
  const { lease, units, remaining, retry_ms: retryMs, refills_in_ms: refillsInMs } = one;
  if (lease !== null && typeof lease !== "string") return undefined;
  if (!isCount(units) || typeof remaining !== "number") return undefined;
  if (!isDuration(retryMs) || !isDuration(refillsInMs)) return undefined;
  return { lease, units, remaining, retryMs, refillsInMs };
}

function isDuration(value: unknown): value is number | null {
  return value === null || isCount(value);
}
