import type { DueDelivery } from "../storage/events.ts";

/** What became of one attempt. */
export interface SendResult {
  readonly isDelivered: boolean;
  /** Of the answer; `null` when there was none. */
  readonly status: number | null;
  /** Why it is not delivered, in words for the one who runs the endpoint. */
  readonly error: string | null;
  /** The endpoint says that it is gone for good. */
  readonly isGone: boolean;
  /** The endpoint asks to be left alone for so long. */
  readonly retryAfterSeconds: number;
}

/** Brings a delivery to where it belongs. Never rejects. */
export interface Sender {
  send(delivery: DueDelivery, secrets: readonly string[]): Promise<SendResult>;
}

export const DELIVERED: SendResult = {
  isDelivered: true,
  status: null,
  error: null,
  isGone: false,
  retryAfterSeconds: 0,
};

export function notDelivered(error: string, fields: Partial<SendResult> = {}): SendResult {
  return { ...DELIVERED, isDelivered: false, error, ...fields };
}
