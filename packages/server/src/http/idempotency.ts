// Idempotency-Key (T14): the same request again is answered with the first answer, and changes nothing.
import { hash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import { addSeconds } from "@keyward/core/time";
import { IDEMPOTENCY_KEY_CHARS_MAX } from "../contract/limits.ts";
import type { Call, Written } from "../operations/call.ts";
import type { Reply, Writer } from "../storage/storage.ts";
import { etagOf } from "./conditional.ts";
import { openBody, sealBody } from "./sealed-body.ts";

/** How long a repeat is recognised at all. */
const REPLY_SECONDS = 86_400;
/** How long a repeat can be answered with the secret that the first answer held. */
const SECRET_SECONDS = 600;

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** A write that may be repeated. */
export interface RepeatableRequest {
  readonly idempotencyKey: string;
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly body: Uint8Array;
  /** Of the answer. */
  readonly status: number;
  /** Whether the answer holds a secret. */
  readonly reveals: boolean;
}

/** What is sent: an answer of now, or of the first time. */
export interface Outcome {
  /** JSON text; `undefined` for an answer without a body. */
  readonly body: string | undefined;
  readonly etag: string | undefined;
  readonly rev: number;
  readonly isReplay: boolean;
}

/** @throws OperationError `invalid_header` */
export function parseIdempotencyKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.length <= IDEMPOTENCY_KEY_CHARS_MAX && VISIBLE_ASCII.test(value)) return value;
  const detail = `must be 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} visible ASCII characters`;
  throw new OperationError("invalid_header", {
    detail: `Idempotency-Key ${detail}`,
    problems: [{ pointer: "header/idempotency-key", code: "invalid", detail }],
  });
}

export function outcomeOf({ result, rev }: Written<unknown>): Outcome {
  return { body: JSON.stringify(result), etag: etagOf(result), rev, isReplay: false };
}

export class Idempotency {
  readonly #serverKey: KeyObject;

  constructor(serverKey: KeyObject) {
    this.#serverKey = serverKey;
  }

  /**
   * Does the work and keeps its answer in the same transaction, or answers with what was kept. A failure is not kept: the
   * request may be repeated as if it had never been made.
   *
   * @throws OperationError `idempotency_key_reused`, `secret_already_delivered`
   */
  async perform(
    call: Call,
    writer: Writer,
    request: RepeatableRequest,
    work: () => Promise<Written<unknown>>,
  ): Promise<Outcome> {
    const keyDigest = replyDigest(call.actor.id, request.idempotencyKey);
    const known = await writer.findReply(call.caller.scope, keyDigest, call.now);
    if (known !== undefined) return this.#replay(call, request, known);
    const written = await work();
    const outcome = outcomeOf(written);
    const sealing = this.#sealing(request, keyDigest);
    const seconds = request.reveals ? SECRET_SECONDS : REPLY_SECONDS;
    await writer.keepReply(call.caller.scope, {
      keyDigest,
      requestDigest: requestDigestOf(request),
      status: request.status,
      body: sealBody(sealing, call.random, JSON.stringify(outcome)),
      targetId: written.targetId,
      bodyExpiresAt: addSeconds(call.now, seconds),
      expiresAt: addSeconds(call.now, REPLY_SECONDS),
    });
    return outcome;
  }

  #replay(call: Call, request: RepeatableRequest, reply: Reply): Outcome {
    if (!Buffer.from(reply.requestDigest).equals(requestDigestOf(request))) {
      throw new OperationError("idempotency_key_reused");
    }
    if (reply.body === null || reply.bodyExpiresAt <= call.now) {
      throw new OperationError("secret_already_delivered", {
        detail: `The first answer showed the secret of ${reply.targetId ?? "it"}; rotate that to get a new one`,
      });
    }
    const kept = openBody(this.#sealing(request, reply.keyDigest), reply.body);
    return { ...(JSON.parse(kept) as Outcome), isReplay: true };
  }

  #sealing({ idempotencyKey }: RepeatableRequest, place: Uint8Array) {
    return { serverKey: this.#serverKey, idempotencyKey, place };
  }
}

/** Under what a reply is kept: whoever else uses the same Idempotency-Key has another. */
export function replyDigest(callerId: string, idempotencyKey: string): Uint8Array {
  return digestOf(["caller", callerId, idempotencyKey]);
}

function requestDigestOf({ method, path, body }: RepeatableRequest): Uint8Array {
  return digestOf(["request", method, path, hash("sha256", body, "hex")]);
}

/** JSON keeps the parts apart, so that no two lists of parts are one text. */
function digestOf(parts: readonly string[]): Uint8Array {
  return hash("sha256", JSON.stringify(parts), "buffer");
}
