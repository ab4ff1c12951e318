export const scopeText = {
  sum: (granted: readonly string[]) =>
    granted.length === 0
      ? "It may do nothing yet: every request that needs a scope is refused."
      : granted.includes("*")
        ? "It may do everything that the API offers, now and later."
        : `It may ${granted.map(inWords).join(", ")}.`,
  wildcard: "all of these, and those to come",
  noneOffered: "This API offers no scopes yet.",
  asText: "Edit as text",
  asBoxes: "Choose from the list",
  raw: "Scopes",
  rawHint: "One a line. Only the last part may be *.",
  wrong: (words: string) => `No scope: ${words}`,
  before: "Before",
  after: "After",
  added: "Added",
  removed: "Removed",
} as const;

/** `invoices:read` as "read invoices". */
function inWords(grant: string): string {
  const at = grant.lastIndexOf(":");
  if (at === -1) return grant;
  const action = grant.slice(at + 1);
  const resource = grant.slice(0, at).replaceAll(":", " ");
  return action === "*" ? `do everything with ${resource}` : `${action} ${resource}`;
}
