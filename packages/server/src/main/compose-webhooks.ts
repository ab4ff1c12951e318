// Puts together what tells endpoints of events.
import type { KeyObject } from "node:crypto";
import { addSeconds } from "@keyward/core/time";
import type { Config } from "../config.ts";
import { DELIVERIES_KEPT_SECONDS } from "../contract/limits.ts";
import { Egress } from "../egress/egress.ts";
import type { WebhookSetting } from "../operations/call.ts";
import { placeOf } from "../operations/webhooks/signing-secrets.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import { unseal } from "../runtime/sealing.ts";
import type { Storage } from "../storage/storage.ts";
import { Dispatcher } from "../webhooks/dispatcher.ts";
import { tellOfEndings } from "../webhooks/endings.ts";
import { disableGone } from "../webhooks/gone.ts";
import { httpSender } from "../webhooks/http-sender.ts";
import { MAIL_SCHEME, mailProblem, mailSender } from "../webhooks/mail-sender.ts";

/** How long after its last look another node takes over from one that sends. */
const SENDING_SECONDS = 15;

export interface ComposedWebhooks {
  readonly setting: WebhookSetting;
  readonly dispatcher: Dispatcher;
  /** What time brings: tells of keys that end, and forgets what was told long ago. */
  tidy(): Promise<void>;
}

interface Parts {
  readonly config: Pick<Config, "egressAllow" | "smtpUrl" | "mailFrom">;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function composeWebhooks(parts: Parts, sealingKey: KeyObject): ComposedWebhooks {
  const { config, storage, clock, random, log } = parts;
  const egress = new Egress({ allowed: config.egressAllow });
  const http = httpSender(egress, clock);
  const { smtpUrl, mailFrom: from } = config;
  const mail = smtpUrl === undefined ? undefined : mailSender({ smtpUrl, from });
  const urlProblem = (url: string) => {
    if (!url.startsWith(MAIL_SCHEME)) return egress.problemOf(url);
    return mail === undefined ? "needs KEYWARD_SMTP_URL to be set" : mailProblem(url);
  };
  const dispatcher = new Dispatcher({
    store: {
      dueDeliveries: async (now, options) =>
        (await storage.nodes.hasDuty("webhooks", SENDING_SECONDS))
          ? await storage.system.dueDeliveries(now, options)
          : [],
      settleDeliveries: (attempts) => storage.system.settleDeliveries(attempts),
    },
    senderFor: (url) => (url.startsWith(MAIL_SCHEME) && mail !== undefined ? mail : http),
    unseal: ({ workspaceId, webhookId }, sealed) =>
      unseal({ key: sealingKey, place: placeOf(workspaceId, webhookId) }, sealed),
    onGone: (delivery) => disableGone(parts, delivery),
    onFailure: (error) => log.failed(error),
    clock,
    random,
  });
  return {
    setting: { sealingKey, urlProblem },
    dispatcher,
    async tidy() {
      await tellOfEndings(parts);
      const before = addSeconds(clock.now(), -DELIVERIES_KEPT_SECONDS);
      await storage.system.forgetDeliveries(before);
    },
  };
}
