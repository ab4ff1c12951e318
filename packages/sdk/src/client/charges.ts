// Charges whose cost is known later (spec/limits.md §7), asked of the server: only it keeps them.
import { KeywardUnavailable } from "./errors.ts";
import { RETRIES_DEFAULT, TIMEOUT_MS_DEFAULT } from "./limits.ts";
import type { SettledCharge, VerifyBody } from "./operations.generated.ts";
import { baseOf, randomKey, sendable } from "./request-parts.ts";
import { send } from "./transport.ts";
import type { Surroundings } from "./transport.ts";
import { isVerdict } from "./verdict.ts";
import type { AllowedVerdict, DeniedVerdict, Verdict } from "./verdict.ts";

export interface ReserveNeeds<Scopes extends string = string> {
  /** The most that it can come to: a whole number from 0 on. */
  readonly max: number;
  /** For how long it stays open, 1 to 3 600; 60 if left out. What is not settled by then stays charged at its most. */
  readonly seconds?: number | undefined;
  /** What the request needs, as for a verification. */
  readonly scopes?:
    | readonly Scopes[]
    | { readonly all: readonly Scopes[] }
    | { readonly any: readonly Scopes[] }
    | undefined;
  readonly context?: VerifyBody["context"];
  readonly tag?: string | undefined;
  /** Names the charge for ten minutes at least, so that whoever asks again is charged once; random if left out. */
  readonly idempotencyKey?: string | undefined;
}

/** An allowed verdict with the charge that {@link Keyward.commit} and {@link Keyward.release} settle. */
export interface Reserved extends AllowedVerdict {
  readonly charge: NonNullable<AllowedVerdict["charge"]>;
}

export interface ReserveParts {
  readonly url: string | URL;
  readonly token: string | (() => string | Promise<string>);
  readonly api: string;
  readonly environment: "live" | "test";
  readonly surroundings: Surroundings;
}

const RESERVE_SECONDS_DEFAULT = 60;

/** Every method repeats what got no answer; none can charge or settle twice. */
export class ChargeClient {
  readonly #parts: ReserveParts;
  readonly #base: string;

  /** @throws TypeError when the URL cannot be used */
  constructor(parts: ReserveParts) {
    this.#parts = parts;
    this.#base = `${baseOf(parts.url)}/v1`;
  }

  async reserve(credential: string, needs: ReserveNeeds): Promise<Reserved | DeniedVerdict> {
    const { api, environment } = this.#parts;
    const { max, seconds = RESERVE_SECONDS_DEFAULT, scopes, context, tag, idempotencyKey } = needs;
    const body: VerifyBody = {
      credential,
      api,
      environment,
      scopes,
      context,
      tag,
      cost: max,
      reserve_seconds: seconds,
      idempotency_key: idempotencyKey ?? randomKey(),
    };
    const answer = await this.#ask("/verify", body);
    if (isVerdict(answer) && (answer.outcome === "denied" || isReserved(answer))) return answer;
    throw unrecognised();
  }

  /** @param cost `undefined` releases all of it */
  async settle(charge: string, cost: number | undefined): Promise<SettledCharge> {
    const path = `/charges/${encodeURIComponent(charge)}`;
    const answer =
      cost === undefined
        ? await this.#ask(`${path}/release`)
        : await this.#ask(`${path}/commit`, { cost });
    if ((answer as Partial<SettledCharge>).id === charge) return answer as SettledCharge;
    throw unrecognised();
  }

  async #ask(path: string, body?: object): Promise<unknown> {
    const { token, surroundings } = this.#parts;
    const key = typeof token === "string" ? token : await token();
    const call = {
      method: "POST",
      url: this.#base + path,
      headers: {
        accept: "application/json, application/problem+json",
        authorization: `Bearer ${sendable(key)}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      retries: RETRIES_DEFAULT,
      timeoutMs: TIMEOUT_MS_DEFAULT,
      signal: undefined,
    };
    return send(call, surroundings);
  }
}

function isReserved(verdict: Verdict): verdict is Reserved {
  return verdict.outcome === "allowed" && verdict.charge !== undefined;
}

function unrecognised(): KeywardUnavailable {
  return new KeywardUnavailable("unrecognised", "the answer is no charge", { status: 200 });
}
