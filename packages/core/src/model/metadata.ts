/** Any JSON value whose numbers survive a round trip. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** The producer's own facts about a key or an owner: a JSON object, at most 16 KiB as text (T37). */
export type Metadata = { readonly [name: string]: JsonValue };
