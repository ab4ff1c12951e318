// Ids name things in URLs, logs and support mails; they carry no authority and no tenant.
import type { Brand } from "./brand.ts";
import type { Instant } from "./time.ts";

const PREFIXES = {
  workspace: "wsp",
  api: "api",
  role: "rol",
  owner: "own",
  key: "key",
  secret: "sec",
  plan: "pln",
  event: "evt",
  member: "mem",
  session: "ses",
  revocation: "rvk",
  webhook: "whk",
  delivery: "dlv",
  client: "cli",
  signingKey: "sgk",
  token: "tok",
  log: "log",
  policy: "pol",
  charge: "chg",
  login: "lgn",
} as const;

export type IdKind = keyof typeof PREFIXES;
export type Id<Kind extends IdKind> = Brand<`${(typeof PREFIXES)[Kind]}_${string}`, `${Kind} id`>;
export type WorkspaceId = Id<"workspace">;
export type ApiId = Id<"api">;
export type RoleId = Id<"role">;
export type OwnerId = Id<"owner">;
export type KeyId = Id<"key">;
export type SecretId = Id<"secret">;
export type PlanId = Id<"plan">;
export type EventId = Id<"event">;
export type MemberId = Id<"member">;
export type SessionId = Id<"session">;
export type RevocationId = Id<"revocation">;
export type WebhookId = Id<"webhook">;
export type DeliveryId = Id<"delivery">;
export type ClientId = Id<"client">;
export type ChargeId = Id<"charge">;
export type SigningKeyId = Id<"signingKey">;
export type TokenId = Id<"token">;
export type LogId = Id<"log">;
export type LoginId = Id<"login">;
export type PolicyId = Id<"policy">;
/** What uses are counted of: a key, or a client by the tokens that are its own. */
export type CredentialId = KeyId | ClientId;

/** Crockford's base 32 in lower case: its order is the order of the numbers, and no I, L, O or U can be misread. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
/** 16 characters of 5 bits. */
export const ID_RANDOM_BYTES = 10;
const BODY = new RegExp(`^[0-7][${ALPHABET}]{${TIME_CHARS + RANDOM_CHARS - 1}}$`);

/**
 * Makes `key_01k…`: 48 bits of milliseconds, then 80 random bits. Ids made later sort later, which is what lets a
 * list page by id alone.
 *
 * @param random at least {@link ID_RANDOM_BYTES} random bytes
 */
export function formatId<Kind extends IdKind>(
  kind: Kind,
  now: Instant,
  random: Uint8Array,
): Id<Kind> {
  if (random.length < ID_RANDOM_BYTES) throw new RangeError("too few random bytes for an id");
  return `${PREFIXES[kind]}_${encodeTime(now)}${encodeRandom(random)}` as Id<Kind>;
}

/** Accepts exactly what {@link formatId} makes, for this kind; `undefined` for anything else. */
export function parseId<Kind extends IdKind>(kind: Kind, text: string): Id<Kind> | undefined {
  const prefix = `${PREFIXES[kind]}_`;
  const isId = text.startsWith(prefix) && BODY.test(text.slice(prefix.length));
  return isId ? (text as Id<Kind>) : undefined;
}

function encodeTime(now: Instant): string {
  let rest: number = now;
  let text = "";
  for (let place = 0; place < TIME_CHARS; place++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function encodeRandom(random: Uint8Array): string {
  let text = "";
  let bits = 0;
  let width = 0;
  for (const byte of random.subarray(0, ID_RANDOM_BYTES)) {
    bits = (bits << 8) | byte;
    width += 8;
    while (width >= 5) {
      width -= 5;
      text += ALPHABET.charAt((bits >> width) & 31);
    }
    bits &= (1 << width) - 1;
  }
  return text;
}
