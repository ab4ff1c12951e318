import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { webhooksText } from "../../text/webhooks.ts";

interface RevealSigningSecretProps {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function RevealSigningSecret({ title, secret, onClose }: RevealSigningSecretProps) {
  return (
    <RevealDialog
      title={title}
      kind="signing"
      secret={secret}
      forms={{ env: `KEYWARD_WEBHOOK_SECRET=${secret}\n` }}
      onClose={onClose}
    >
      <p>{webhooksText.secretLead}</p>
    </RevealDialog>
  );
}
