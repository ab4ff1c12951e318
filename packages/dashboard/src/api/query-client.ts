import { QueryCache, QueryClient } from "@tanstack/react-query";
import { KeywardError } from "@keyward/sdk/client";

/** How long what was read counts as fresh: a list that is looked at again within it is not asked for again. */
const FRESH_MS = 5_000;

/** @param onSignedOut told when the server no longer accepts who we are */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof KeywardError && error.status === 401) onSignedOut();
      },
    }),
    // The client repeats what may be repeated, within its own deadline.
    defaultOptions: { queries: { staleTime: FRESH_MS, retry: false, networkMode: "always" } },
  });
}
