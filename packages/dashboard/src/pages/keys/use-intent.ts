import { useRef } from "react";
import type { KeysCreateBody } from "@keyward/sdk/client/operations.generated";
import { nowMs } from "../../runtime/clock.ts";
import { randomId } from "../../runtime/random.ts";
import { bodyOf } from "./key-form.ts";
import type { KeyForm } from "./key-form.ts";

interface Intent {
  readonly body: KeysCreateBody;
  readonly idempotencyKey: string;
}

/**
 * What one means to create. Sent again unchanged, because the answer was lost, it is the same intent and makes no second
 * key (T14); any change makes it another.
 */
export function useIntent(): { of(form: KeyForm): Intent } {
  const last = useRef<Intent & { readonly form: string }>(undefined);
  return {
    of: (form) => {
      const text = JSON.stringify(form);
      if (last.current?.form !== text) {
        last.current = { form: text, body: bodyOf(form, nowMs()), idempotencyKey: randomId() };
      }
      const { body, idempotencyKey } = last.current;
      return { body, idempotencyKey };
    },
  };
}
