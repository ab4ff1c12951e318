import { useQuery } from "@tanstack/react-query";
import { useClient } from "./session.tsx";

/** What is offered to choose from at once. */
const PLANS_MAX = 250;

export function usePlans() {
  const client = useClient();
  return useQuery({
    queryKey: ["plans", "all"],
    queryFn: async ({ signal }) => (await client.plans.list({ limit: PLANS_MAX }, { signal })).data,
  });
}
