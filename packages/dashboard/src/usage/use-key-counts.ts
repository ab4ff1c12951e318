import { useSession } from "../api/session.tsx";
import { useUsage } from "./use-usage.ts";

/** More than a page of the list shows; a key beyond the most frequent counts as quiet. */
const TOP = 100;

export interface KeyCount {
  readonly count: number;
  readonly denied: number;
}

/** What each of the most frequent keys was used for in the last day. Empty where one may not see it. */
export function useKeyCounts(): ReadonlyMap<string, KeyCount> {
  const { can } = useSession();
  const { data } = useUsage("24h", { group_by: "key", top: TOP }, can("usage:read"));
  return new Map(
    (data?.groups ?? []).flatMap(({ value, ...sums }) => (value === null ? [] : [[value, sums]])),
  );
}
