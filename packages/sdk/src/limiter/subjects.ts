// Whom the limits of a request count: the subjects of spec/limits.md §2, each with a name of its own in whatever counts.
import type { LimitOf } from "@keyward/core/limit/limit-report";
import type { Limit, LimitSubject } from "@keyward/core/limit/limit";
import type { Demand } from "./limiter.ts";

/**
 * Is told of the limits of one place that count by the same subject. Its id is unique among all places and subjects:
 * `own_…`, or `api_…|192.0.2.1`.
 */
export type TakeSubject = (id: string, of: LimitOf, limits: readonly Limit[]) => void;

interface Group {
  readonly subject: LimitSubject;
  readonly limits: readonly Limit[];
}

type Counted = Pick<Demand, "key" | "network">;

/** A set of limits stays the same list for as long as it is not changed. */
const groupsOf = new WeakMap<readonly Limit[], readonly Group[]>();

/** Calls back with all subjects that count the demand, in the order in which limits are told. */
export function eachSubject(demand: Counted, take: TakeSubject): void {
  const { key } = demand;
  if (key.limits.length > 0) eachOf("key", key.keyId, key.limits, demand, take);
  if (key.ownerLimits.length > 0) eachOf("owner", key.ownerId, key.ownerLimits, demand, take);
  if (key.apiLimits.length > 0) eachOf("api", key.apiId, key.apiLimits, demand, take);
}

/** The counter of a limit among those of its subject: a limit that keeps its name and kind keeps its count. */
export function counterName(subjectId: string, { kind, name }: Limit): string {
  return `${subjectId}|${kind}|${name}`;
}

function eachOf(
  of: LimitOf,
  placeId: string,
  limits: readonly Limit[],
  demand: Counted,
  take: TakeSubject,
): void {
  for (const group of grouped(of, limits)) {
    const { subject } = group;
    const id = subject === of ? placeId : `${placeId}|${subjectOf(subject, demand)}`;
    take(id, of, group.limits);
  }
}

function grouped(of: LimitOf, limits: readonly Limit[]): readonly Group[] {
  let groups = groupsOf.get(limits);
  if (groups === undefined) {
    const bySubject = Map.groupBy(limits, ({ per }) => per ?? of);
    // What counts by the place itself comes first: most sets have nothing else.
    groups = [...bySubject]
      .map(([subject, counted]) => ({ subject, limits: counted }))
      .toSorted((one, other) => Number(other.subject === of) - Number(one.subject === of));
    groupsOf.set(limits, groups);
  }
  return groups;
}

function subjectOf(subject: LimitSubject, { key, network }: Counted): string {
  switch (subject) {
    case "key":
      return key.keyId;
    case "owner":
      return key.ownerId;
    case "api":
      return key.apiId;
    case "network":
      return network ?? "";
  }
}
