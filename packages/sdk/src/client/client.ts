// `@keyward/sdk/client`: every operation of Keyward over HTTP, typed from the contract.
import { KeywardUnavailable } from "./errors.ts";
import { RETRIES_DEFAULT, RETRIES_MAX, TIMEOUT_MS_DEFAULT, TIMEOUT_MS_MAX } from "./limits.ts";
import { methodsOf } from "./methods.ts";
import { OPERATIONS } from "./operations.generated.ts";
import type { Methods, OperationId, Operations, Page } from "./operations.generated.ts";
import type { CallOptions, ClientOptions } from "./options.ts";
import { pagesOf } from "./paging.ts";
import type { ItemOf, PagedId, PagingInput } from "./paging.ts";
import { baseOf, fill, randomKey, searchOf, sendable } from "./request-parts.ts";
import { send, sleep } from "./transport.ts";
import type { Surroundings } from "./transport.ts";
import { isVerdict } from "./verdict.ts";

export { KeywardError, KeywardUnavailable } from "./errors.ts";
export type { FieldProblem, UnavailableReason } from "./errors.ts";
export type { CallOptions, ClientOptions } from "./options.ts";
export type { AllowedVerdict, DeniedVerdict, Verdict } from "./verdict.ts";

export type InputOf<Id extends OperationId> = Operations[Id]["input"] & CallOptions;

type Arguments<Input> = object extends Input ? [input?: Input] : [input: Input];

export interface Client extends Methods {
  /**
   * Calls an operation by its id; the methods, such as `client.keys.create`, do the same with fewer words.
   *
   * @throws KeywardError when Keyward refused; KeywardUnavailable when there is no answer; the reason of `signal`
   */
  call<Id extends OperationId>(
    id: Id,
    ...input: Arguments<InputOf<Id>>
  ): Promise<Operations[Id]["output"]>;
  /** The pages of a list, one after the other, each asked for when it is wanted. */
  pages<Id extends PagedId>(
    id: Id,
    ...input: Arguments<PagingInput<Id>>
  ): AsyncGenerator<Page<ItemOf<Id>>, void, undefined>;
  /** All items of a list, over all its pages. */
  iterate<Id extends PagedId>(
    id: Id,
    ...input: Arguments<PagingInput<Id>>
  ): AsyncGenerator<ItemOf<Id>, void, undefined>;
}

/**
 * A client of one Keyward, for one management key. It keeps no connection and no state, so it needs no closing.
 *
 * Repeats only reads with GET and writes with an `Idempotency-Key`, after an outage and within the timeout.
 *
 * @throws TypeError when an option cannot be used
 */
export function createClient(options: ClientOptions): Client {
  return clientIn(options, surroundingsOf(options));
}

function surroundingsOf(options: SessionClientOptions): Surroundings {
  return {
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    random: Math.random,
    sleep,
  };
}

export type SessionClientOptions = Omit<ClientOptions, "token">;

/**
 * A client for pages that Keyward itself serves: the browser's session stands in for a management key. The header says that
 * a script of the same origin asks, which no form and no other site can (T50).
 */
export function createSessionClient(options: SessionClientOptions): Client {
  return clientOf(options, surroundingsOf(options), () => ({ "x-keyward-csrf": "1" }));
}

/** {@link createClient}, with chance and time in the hands of the caller. */
export function clientIn(options: ClientOptions, surroundings: Surroundings): Client {
  const { token } = options;
  return clientOf(options, surroundings, async () => {
    const fetched = typeof token === "string" ? token : await token();
    return { authorization: `Bearer ${sendable(fetched)}` };
  });
}

type Credentials = () =>
  | Readonly<Record<string, string>>
  | Promise<Readonly<Record<string, string>>>;

function clientOf(
  options: SessionClientOptions,
  surroundings: Surroundings,
  credentials: Credentials,
): Client {
  const base = baseOf(options.url);
  const retries = within("retries", options.retries ?? RETRIES_DEFAULT, 0, RETRIES_MAX);
  const timeoutMs = timeoutOf(options.timeoutMs ?? TIMEOUT_MS_DEFAULT);

  async function perform(id: OperationId, input: AnyInput = {}): Promise<unknown> {
    const { method, path, idempotent = false }: Row = OPERATIONS[id];
    const idempotencyKey = input.idempotencyKey ?? (idempotent ? randomKey() : undefined);
    const repeatable = method === "GET" || idempotencyKey !== undefined;
    const body = input.body === undefined ? undefined : JSON.stringify(input.body);
    const url = `${base}${fill(path, input.params ?? {})}${searchOf(input.query)}`;
    const headers = {
      accept: "application/json, application/problem+json",
      ...(await credentials()),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(input.ifMatch === undefined ? {} : { "if-match": `"${input.ifMatch}"` }),
    };
    const call = {
      method,
      url,
      headers,
      body,
      retries: repeatable ? retries : 0,
      timeoutMs: input.timeoutMs === undefined ? timeoutMs : timeoutOf(input.timeoutMs),
      signal: input.signal,
    };
    try {
      return checked(id, input, await send(call, surroundings));
    } catch (error) {
      throw error instanceof KeywardUnavailable ? withKey(error, idempotencyKey) : error;
    }
  }

  async function* iterate<Id extends PagedId>(id: Id, input: PagingInput<Id>) {
    for await (const page of pagesOf(id, input, perform)) yield* page.data;
  }

  const generic = {
    call: perform,
    pages: (id: PagedId, input: PagingInput<PagedId> = {}) => pagesOf(id, input, perform),
    iterate: (id: PagedId, input: PagingInput<PagedId> = {}) => iterate(id, input),
  };
  return Object.assign(methodsOf(perform), generic as unknown as Omit<Client, keyof Methods>);
}

interface Row {
  readonly method: string;
  readonly path: string;
  readonly idempotent?: boolean;
}

interface AnyInput extends CallOptions {
  readonly params?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
}

/** What is no verdict must not get as far as somebody who asks it for its outcome (K3). */
function checked(id: OperationId, input: AnyInput, answer: unknown): unknown {
  const isRight =
    id === "verify" ? isVerdict(answer) : id !== "verify.batch" || areVerdicts(answer, input.body);
  if (isRight) return answer;
  throw new KeywardUnavailable("unrecognised", "the answer is not a verdict", { status: 200 });
}

function areVerdicts(answer: unknown, body: unknown): boolean {
  const { data } = answer as { readonly data?: unknown };
  const { items } = body as { readonly items: readonly unknown[] };
  return Array.isArray(data) && data.length === items.length && data.every(isVerdict);
}

function withKey(error: KeywardUnavailable, idempotencyKey: string | undefined) {
  const { reason, message, status, requestId, retryAfterSeconds, cause } = error;
  const options = { status, requestId, retryAfterSeconds, idempotencyKey, cause };
  return new KeywardUnavailable(reason, message, options);
}

function within(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
}

function timeoutOf(value: number): number {
  return within("timeoutMs", value, 1, TIMEOUT_MS_MAX);
}
