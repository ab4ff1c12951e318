// Cursors are sealed to the workspace, the list and its filters, so that none works where it was not given (T58).
import { createHmac, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import type { TenantScope } from "../storage/storage.ts";

const SEAL_BYTES = 16;

export interface ListPosition {
  readonly scope: TenantScope;
  /** The operation. */
  readonly list: string;
  /** Everything that chooses what the list holds. */
  readonly filter: Readonly<Record<string, unknown>>;
}

export class Cursors {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Seals the id of the last item shown. */
  seal(position: ListPosition, lastId: string): string {
    const seal = this.#sealOf(position, lastId);
    return Buffer.concat([seal, Buffer.from(lastId)]).toString("base64url");
  }

  /**
   * @returns the id of the last item shown
   * @throws OperationError `invalid_cursor` for a cursor of another list, another filter or another workspace
   */
  open(position: ListPosition, cursor: string): string {
    const bytes = Buffer.from(cursor, "base64url");
    const lastId = bytes.subarray(SEAL_BYTES).toString();
    const seal = bytes.subarray(0, SEAL_BYTES);
    const expected = this.#sealOf(position, lastId);
    // Decoding skips what is not base64url, and cuts stray bits: only the one spelling that was given out is good.
    const isCanonical = bytes.toString("base64url") === cursor;
    if (!isCanonical || seal.length !== SEAL_BYTES || !timingSafeEqual(seal, expected)) {
      throw new OperationError("invalid_cursor");
    }
    return lastId;
  }

  #sealOf({ scope, list, filter }: ListPosition, lastId: string): Buffer {
    const named = JSON.stringify([scope, list, sortedEntries(filter), lastId]);
    return createHmac("sha256", this.#key).update(named).digest().subarray(0, SEAL_BYTES);
  }
}

function sortedEntries(filter: ListPosition["filter"]): [string, unknown][] {
  return Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
}
