import type { Egress } from "../egress/egress.ts";
import { EgressFailure } from "../egress/egress.ts";
import type { Clock } from "../runtime/clock.ts";
import { DELIVERED, notDelivered } from "./sender.ts";
import type { Sender, SendResult } from "./sender.ts";
import { signatureHeaders } from "./signature.ts";

const GONE = 410;

/** Posts deliveries as Standard Webhooks has it. Any 2xx is an acknowledgement, and nothing else is. */
export function httpSender(egress: Pick<Egress, "send">, clock: Clock): Sender {
  return {
    async send({ url, eventId, body }, secrets) {
      const timestampSeconds = Math.floor(clock.now() / 1000);
      const headers = {
        "content-type": "application/json",
        "user-agent": "Keyward-Webhooks/1",
        ...signatureHeaders({ id: eventId, timestampSeconds, body }, secrets),
      };
      try {
        const answer = await egress.send({ url, method: "POST", headers, body });
        return resultOf(answer.status, answer.headers["retry-after"]);
      } catch (error) {
        if (error instanceof EgressFailure) return notDelivered(error.message);
        throw error;
      }
    },
  };
}

function resultOf(status: number, retryAfter: string | undefined): SendResult {
  if (status >= 200 && status < 300) return { ...DELIVERED, status };
  return notDelivered(`The endpoint answered with ${status}`, {
    status,
    isGone: status === GONE,
    // RFC 9110 §10.2.3 also knows a date, which an endpoint with a wrong clock would get wrong: the schedule counts then.
    retryAfterSeconds: /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0,
  });
}
