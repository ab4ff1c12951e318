// How an operation is asked to wait until every verifier refuses what it has revoked.
import { z } from "zod";
import { BARRIER_SECONDS_DEFAULT, BARRIER_SECONDS_MAX } from "./limits.ts";

export const barrierQuery = z.strictObject({
  wait: z.literal("verifiers").exactOptional(),
  timeout: z
    .string()
    .regex(/^\d{1,2}(?:\.\d{1,3})?$/, "must be a number of seconds")
    .transform(Number)
    .pipe(z.number().min(0).max(BARRIER_SECONDS_MAX))
    .default(BARRIER_SECONDS_DEFAULT)
    .meta({
      description: `Seconds to wait for verifiers, 0 to ${BARRIER_SECONDS_MAX}; ${BARRIER_SECONDS_DEFAULT} if left out`,
    }),
});
