import type { Webhook } from "@keyward/sdk/client/operations.generated";

const MAIL = "mailto:";

export interface WebhookForm {
  readonly way: "url" | "mail";
  readonly address: string;
  readonly description: string;
  readonly events: readonly string[];
}

export const EMPTY_WEBHOOK: WebhookForm = {
  way: "url",
  address: "",
  description: "",
  events: ["*"],
};

export function formOfWebhook({ url, description, events }: Webhook): WebhookForm {
  return {
    way: url.startsWith(MAIL) ? "mail" : "url",
    address: addressOf(url),
    description: description ?? "",
    events,
  };
}

export function bodyOf({ way, address, description, events }: WebhookForm) {
  return {
    url: (way === "mail" ? MAIL : "") + address.trim(),
    description: description.trim() || null,
    events,
  };
}

/** A mail address without what makes a URL of it. */
export function addressOf(url: string): string {
  return url.startsWith(MAIL) ? url.slice(MAIL.length) : url;
}
