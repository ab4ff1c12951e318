import type { SignInLink } from "@keyward/sdk/client/operations.generated";
import { Instant } from "../../parts/instant.tsx";
import { RevealDialog } from "../../parts/reveal-dialog.tsx";
import { membersText } from "../../text/members.ts";

interface LinkDialogProps {
  readonly link: SignInLink;
  readonly onClose: () => void;
}

/** A link signs somebody in, so it is treated as a secret is. */
export function LinkDialog({ link: { path, expires_at }, onClose }: LinkDialogProps) {
  return (
    <RevealDialog
      title={membersText.linkTitle}
      secret={location.origin + path}
      kind="link"
      onClose={onClose}
    >
      <p>{membersText.linkLead}</p>
      <p>
        {membersText.linkEnds} <Instant value={expires_at} show="both" />.
      </p>
    </RevealDialog>
  );
}
