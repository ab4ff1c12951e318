// Where keys come from: the one table of sources, and how each writes down what it knows of a key.
import { UsageError } from "../errors.ts";
import { readDocument, readRecords } from "./files.ts";
import { expiryIn, flagIn, objectIn, said, textIn } from "./record.ts";
import type { Dump } from "./record.ts";
import { readDigest, readPlainKey, rowOf } from "./row.ts";
import type { Row } from "./row.ts";

interface Source {
  readonly meaning: string;
  readonly read: (path: string) => Promise<readonly Row[]>;
}

export const SOURCES = {
  csv: {
    meaning:
      "CSV or JSON with key, or sha256; and name, owner, scopes, expires_at, enabled, metadata",
    read: async (path) => (await readRecords(path)).map(plainCsv),
  },
  unkey: {
    meaning: "the table keys of Unkey",
    read: async (path) => (await readRecords(path)).map(unkey),
  },
  "better-auth": {
    meaning: "the table apikey of better-auth",
    read: async (path) => (await readRecords(path)).map(betterAuth),
  },
  kong: {
    meaning: "Kong's declarative configuration, YAML or JSON (key-auth)",
    read: async (path) => kong(await readDocument(path)),
  },
  aws: {
    meaning: "the CSV of API keys of Amazon API Gateway",
    read: async (path) => (await readRecords(path)).map(aws),
  },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

function plainCsv(record: Dump, index: number): Row {
  const digest = textIn(record, "sha256", "hash", "digest");
  const reading =
    digest === undefined ? readPlainKey(textIn(record, "key", "secret") ?? "") : readDigest(digest);
  return rowOf(index + 1, reading, {
    ...said({
      hint: textIn(record, "hint"),
      name: textIn(record, "name"),
      owner: textIn(record, "owner"),
      scopes: textIn(record, "scopes")?.split(/[\s,;]+/),
      disabled: isDisabled(record),
      metadata: objectIn(record, "metadata"),
    }),
    ...expiryIn(record, "expires_at", "expires"),
  });
}

/** unkeyed/unkey, the schema of `keys`: `hash` is SHA-256 in base64, `start` the first characters. */
function unkey(record: Dump, index: number): Row {
  if (textIn(record, "deleted_at_m", "deleted_at") !== undefined) {
    return { number: index + 1, key: undefined, problem: "it was deleted there" };
  }
  const digest = textIn(record, "hash");
  const reading =
    digest === undefined
      ? readPlainKey(textIn(record, "key", "plaintext") ?? "")
      : readDigest(digest);
  return rowOf(index + 1, reading, {
    ...said({
      name: textIn(record, "name", "start"),
      owner: textIn(record, "externalId", "external_id", "owner_id", "ownerId", "identity_id"),
      disabled: isDisabled(record),
      metadata: objectIn(record, "meta"),
    }),
    ...expiryIn(record, "expires"),
  });
}

/** better-auth, the schema of `apikey`: `key` is SHA-256 in base64url, unless its plug-in was told not to hash. */
function betterAuth(record: Dump, index: number): Row {
  const stored = textIn(record, "key") ?? "";
  const digest = readDigest(stored);
  const isPlain = !digest.ok && /^[A-Za-z_-]{64,}$/.test(stored);
  return rowOf(index + 1, isPlain ? readPlainKey(stored) : digest, {
    ...said({
      name: textIn(record, "name", "start"),
      owner: textIn(record, "referenceId", "reference_id", "userId", "user_id"),
      scopes: scopesOf(objectIn(record, "permissions")),
      disabled: isDisabled(record),
      metadata: objectIn(record, "metadata"),
    }),
    ...expiryIn(record, "expiresAt", "expires_at"),
  });
}

/** docs.aws.amazon.com, "API Gateway API key file format": the heading is `name,key,description,enabled,usageplanIds`. */
function aws(record: Dump, index: number): Row {
  const lower = Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const description = textIn(lower, "description");
  return rowOf(index + 1, readPlainKey(textIn(lower, "key", "value") ?? ""), {
    ...said({
      name: textIn(lower, "name"),
      owner: textIn(lower, "customerid", "name"),
      disabled: isDisabled(lower),
      metadata: description === undefined ? undefined : { description },
    }),
  });
}

/** Kong/kong, key-auth: credentials stand below their consumer, or by themselves and name it. */
function kong(document: unknown): readonly Row[] {
  const root = isDump(document) ? document : {};
  const own = listIn(root, "consumers").flatMap((consumer) =>
    listIn(consumer, "keyauth_credentials").map((credential) => ({
      credential,
      owner: consumerOf(consumer),
    })),
  );
  const apart = listIn(root, "keyauth_credentials").map((credential) => {
    const { consumer } = credential;
    return {
      credential,
      owner: isDump(consumer) ? consumerOf(consumer) : textIn(credential, "consumer"),
    };
  });
  const all = [...own, ...apart];
  if (all.length === 0) throw new UsageError("there are no keyauth_credentials in it");
  return all.map(({ credential, owner }, index) =>
    rowOf(index + 1, readPlainKey(textIn(credential, "key") ?? ""), {
      ...said({ name: textIn(credential, "id") ?? owner, owner }),
    }),
  );
}

function consumerOf(consumer: Dump): string | undefined {
  return textIn(consumer, "custom_id", "username", "id");
}

function isDisabled(record: Dump): true | undefined {
  return flagIn(record, "enabled") === false ? true : undefined;
}

/** better-auth's `{files: ["read"]}` is `files:read` here. */
function scopesOf(permissions: Dump | undefined): readonly string[] | undefined {
  if (permissions === undefined) return undefined;
  return Object.entries(permissions).flatMap(([resource, actions]) =>
    Array.isArray(actions) ? actions.map((action) => `${resource}:${String(action)}`) : [],
  );
}

function listIn(record: Dump, name: string): readonly Dump[] {
  const value = record[name];
  return Array.isArray(value) ? value.filter(isDump) : [];
}

function isDump(value: unknown): value is Dump {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
