import type { Key } from "@keyward/sdk/client/operations.generated";

const TAGS = { secret: "", publishable: "pub_", pat: "pat_", client_secret: "client_" } as const;

/** What a key begins with, as spec/key-format.md writes it: `acme_live_`. */
export function keyStart({
  api,
  kind,
  environment,
}: Pick<Key, "api" | "kind" | "environment">): string {
  return `${api}_${TAGS[kind]}${environment}_`;
}
