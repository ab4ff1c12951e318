import { createTransport } from "nodemailer";
import type { DueDelivery } from "../storage/events.ts";
import { DELIVERED, notDelivered } from "./sender.ts";
import type { Sender } from "./sender.ts";

export const MAIL_SCHEME = "mailto:";
const TIMEOUT_MS = 10_000;

export interface MailOptions {
  /** `smtps://user:password@mail.example.com`, as nodemailer takes it. */
  readonly smtpUrl: string;
  readonly from: string;
}

/** Sends deliveries as plain text. A mail that the server has accepted is delivered: more is not to be known. */
export function mailSender({ smtpUrl, from }: MailOptions): Sender {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(delivery) {
      try {
        await transport.sendMail({ from, to: addressOf(delivery.url), ...messageOf(delivery) });
        return DELIVERED;
      } catch (error) {
        const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
        return notDelivered(`The mail server did not take it${reason}`);
      }
    },
  };
}

/** Why a `mailto:` URL can be no endpoint; `undefined` when it can. One address, and none of the headers of RFC 6068. */
export function mailProblem(url: string): string | undefined {
  return /^[^\s@?&,;<>"%]+@[^\s@?&,;<>"%]+$/.test(addressOf(url))
    ? undefined
    : "must be mailto: and one email address";
}

function addressOf(url: string): string {
  return url.slice(MAIL_SCHEME.length);
}

function messageOf({ eventId, body }: DueDelivery) {
  const { type, timestamp, data } = JSON.parse(body) as {
    readonly type: string;
    readonly timestamp: string;
    readonly data: object;
  };
  return {
    subject: `Keyward: ${type}`,
    messageId: `<${eventId}@keyward.invalid>`,
    text: `${type}, at ${timestamp}\n\n${JSON.stringify(data, null, 2)}\n`,
  };
}
