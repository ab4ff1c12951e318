import { useQuery } from "@tanstack/react-query";
import { useClient } from "./session.tsx";

/** What is offered to choose from at once; an account with more has its own page to search. */
const APIS_MAX = 250;

/** All apis of the workspace, Keyward's own among them. */
export function useApis() {
  const client = useClient();
  return useQuery({
    queryKey: ["apis"],
    queryFn: async ({ signal }) => (await client.apis.list({ limit: APIS_MAX }, { signal })).data,
  });
}
