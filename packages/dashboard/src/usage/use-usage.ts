import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { UsageGetQuery } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../api/session.tsx";
import { nowMs } from "../runtime/clock.ts";
import { useEnvironment } from "../shell/environment.tsx";
import { boundsOf } from "./usage-range.ts";
import type { UsageRange } from "./usage-range.ts";

const EVERY_MS = 30_000;

export type UsageQuestion = Pick<
  UsageGetQuery,
  "api" | "owner" | "key" | "group_by" | "top" | "compare"
>;

/**
 * Decisions of a range that ends now, read anew while one looks.
 *
 * @param isAsked whether to ask at all; a page that is about something else does not, for who may not see usage
 */
export function useUsage(range: UsageRange, question: UsageQuestion, isAsked = true) {
  const client = useClient();
  const environment = useEnvironment();
  return useQuery({
    queryKey: ["usage", range, environment, question],
    queryFn: ({ signal }) =>
      client.usage.get({ ...question, ...boundsOf(range, nowMs()), environment }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    enabled: isAsked,
  });
}
