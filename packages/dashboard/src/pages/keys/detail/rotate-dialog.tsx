import { useState } from "react";
import type { RotatedKey } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { Instant, relativeTime } from "../../../parts/instant.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { OverlapDialog } from "../../../parts/overlap-dialog.tsx";
import { RevealDialog } from "../../../parts/reveal-dialog.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { rotateText } from "../../../text/key.ts";
import { revealText } from "../../../text/reveal.ts";
import { isRotating } from "../key-status.tsx";
import { useTry } from "../use-try.ts";
import type { KeyDialogProps } from "./key-actions.tsx";

export function RotateDialog({ of: key, onChanged, onClose }: KeyDialogProps) {
  const client = useClient();
  const tryKey = useTry();
  const [rotated, setRotated] = useState<Pick<RotatedKey, "secret" | "previous">>();
  const force = isRotating(key);
  if (rotated !== undefined) {
    const { expires_at } = rotated.previous;
    return (
      <RevealDialog
        title={revealText.rotated}
        secret={rotated.secret}
        {...(tryKey === undefined ? {} : { onTry: tryKey })}
        onClose={onClose}
      >
        {expires_at !== null && Date.parse(expires_at) > nowMs() ? (
          <p>
            {revealText.oldUntil} <Instant value={expires_at} show="both" />.
          </p>
        ) : (
          <p>{revealText.oldEnded}</p>
        )}
      </RevealDialog>
    );
  }
  return (
    <OverlapDialog
      title={rotateText.title}
      lead={rotateText.lead}
      warning={force ? rotateText.running : undefined}
      onRotate={async (overlap_seconds) => {
        const answer = await client.keys.rotate(key.id, { overlap_seconds, force });
        const { secret, previous, ...changed } = answer;
        setRotated({ secret, previous });
        // Only the key goes into the cache; the secret stays here (K4).
        onChanged(changed);
      }}
      onClose={onClose}
    >
      <Notice>
        {key.last_used_at === null
          ? rotateText.unused
          : rotateText.live(relativeTime(key.last_used_at, nowMs()))}
      </Notice>
    </OverlapDialog>
  );
}
