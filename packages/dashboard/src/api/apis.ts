import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Client } from "@keyward/sdk/client";
import type { Api } from "@keyward/sdk/client/operations.generated";
import { useClient } from "./session.tsx";

/** What is offered to choose from at once; an account with more has its own page to search. */
const APIS_MAX = 250;

const listOf = (client: Client) =>
  queryOptions({
    queryKey: ["apis"],
    queryFn: ({ signal }) => client.apis.list({ limit: APIS_MAX }, { signal }),
  });

/** All apis of the workspace, Keyward's own among them, as one page of a list. */
export function useApiList() {
  return useQuery(listOf(useClient()));
}

/** All apis of the workspace, Keyward's own among them. */
export function useApis() {
  return useQuery({ ...listOf(useClient()), select: ({ data }) => data });
}

/** Those that one has made: keys and clients are for them. */
export function useOwnApis(): readonly Api[] {
  return (useApis().data ?? []).filter(({ built_in }) => !built_in);
}
