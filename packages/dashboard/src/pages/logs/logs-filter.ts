// The filter as it is asked for: what stands in the box, what is chosen beside it, and the environment one looks at.

export interface LogsSearch {
  readonly filter?: string | undefined;
  readonly outcome?: string | undefined;
  readonly code?: string | undefined;
}

/** spec/logs.md §6. What is no key of the workspace has no environment, and is seen among what is live. */
export function filterOf(
  { filter, outcome, code }: LogsSearch,
  environment: "live" | "test",
): string {
  return [
    // First, because what is wrong with it is told by its place.
    ...(filter === undefined ? [] : [`(${filter})`]),
    environment === "test" ? "environment:test" : "not environment:test",
    ...(outcome === undefined ? [] : [`outcome:${outcome}`]),
    ...(code === undefined ? [] : [`code:${code}`]),
  ].join(" ");
}
