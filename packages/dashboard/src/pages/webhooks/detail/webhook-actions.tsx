import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { OverlapDialog } from "../../../parts/overlap-dialog.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { webhooksText } from "../../../text/webhooks.ts";
import { RevealSigningSecret } from "../reveal-signing-secret.tsx";
import type { WebhookPartProps } from "./webhook-page.tsx";

export function WebhookActions({ of: webhook, onChanged }: WebhookPartProps) {
  const client = useClient();
  const queries = useQueryClient();
  const { can } = useSession();
  const say = useToast();
  const [isRotating, setRotating] = useState(false);
  const [secret, setSecret] = useState<string>();
  const verb = webhook.status === "disabled" ? "enable" : "disable";
  const toggle = useAction(async () => {
    onChanged(await client.webhooks[verb](webhook.id));
    say(verb === "enable" ? webhooksText.enabled : webhooksText.disabled);
  });
  const test = useAction(async () => {
    await client.webhooks.test(webhook.id);
    await queries.invalidateQueries({ queryKey: ["webhook", webhook.id, "deliveries"] });
    say(webhooksText.tested);
  });
  if (!can("webhooks:write")) return null;
  return (
    <>
      {webhook.status === "active" && (
        <Button
          icon="play"
          busy={test.isRunning && webhooksText.testing}
          onClick={() => void test.run()}
        >
          {webhooksText.test}
        </Button>
      )}
      <Button icon="rotate" onClick={() => setRotating(true)}>
        {webhooksText.rotate}
      </Button>
      <Button
        icon={verb === "enable" ? "play" : "pause"}
        busy={toggle.isRunning && webhooksText.saving}
        onClick={() => void toggle.run()}
      >
        {webhooksText[verb]}
      </Button>
      <ComplaintNotice complaint={toggle.complaint ?? test.complaint} />
      {isRotating && (
        <OverlapDialog
          title={webhooksText.rotateTitle}
          lead={webhooksText.rotateLead}
          onRotate={async (overlap_seconds) => {
            const { secret, ...changed } = await client.webhooks.rotate(webhook.id, {
              overlap_seconds,
            });
            // Only the endpoint goes into the cache; the secret stays here (K4).
            onChanged(changed);
            setSecret(secret);
            setRotating(false);
          }}
          onClose={() => setRotating(false)}
        />
      )}
      {secret !== undefined && (
        <RevealSigningSecret
          title={webhooksText.rotated}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </>
  );
}
