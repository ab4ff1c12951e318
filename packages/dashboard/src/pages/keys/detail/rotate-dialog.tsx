import { useState } from "react";
import type { RotatedKey } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Dialog } from "../../../parts/dialog.tsx";
import { SelectField } from "../../../parts/field.tsx";
import { Instant, relativeTime } from "../../../parts/instant.tsx";
import { ComplaintNotice, Notice } from "../../../parts/notice.tsx";
import { RevealDialog } from "../../../parts/reveal-dialog.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { rotateText } from "../../../text/key.ts";
import { partText } from "../../../text/parts.ts";
import { revealText } from "../../../text/reveal.ts";
import { isRotating } from "../key-status.tsx";
import { useTry } from "../use-try.ts";
import type { KeyDialogProps } from "./key-actions.tsx";

/** In seconds, shortest first: keys of an object that look like numbers come in that order anyway. */
const OVERLAPS = Object.entries(rotateText.overlaps).map(([value, label]) => ({ value, label }));
const OVERLAP_DEFAULT = "86400";

export function RotateDialog({ of: key, onChanged, onClose }: KeyDialogProps) {
  const client = useClient();
  const tryKey = useTry();
  const [overlap, setOverlap] = useState(OVERLAP_DEFAULT);
  const [rotated, setRotated] = useState<Pick<RotatedKey, "secret" | "previous">>();
  const force = isRotating(key);
  const rotate = useAction(async () => {
    const answer = await client.keys.rotate(key.id, { overlap_seconds: Number(overlap), force });
    const { secret, previous, ...changed } = answer;
    setRotated({ secret, previous });
    // Only the key goes into the cache; the secret stays here (K4).
    onChanged(changed);
  });
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
    <Dialog
      title={rotateText.title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{partText.cancel}</Button>
          <Button
            tone="primary"
            busy={rotate.isRunning && rotateText.busy}
            onClick={() => void rotate.run()}
          >
            {rotateText.submit}
          </Button>
        </>
      }
    >
      <p>{rotateText.lead}</p>
      <Notice>
        {key.last_used_at === null
          ? rotateText.unused
          : rotateText.live(relativeTime(key.last_used_at, nowMs()))}
      </Notice>
      {force && <Notice tone="warn">{rotateText.running}</Notice>}
      <SelectField
        label={rotateText.overlap}
        value={overlap}
        choices={OVERLAPS}
        onValue={setOverlap}
      />
      <ComplaintNotice complaint={rotate.complaint} />
    </Dialog>
  );
}
