import { useState } from "react";
import type { ReactNode } from "react";
import { useAction } from "../api/use-action.ts";
import { overlapText, partText } from "../text/parts.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { SelectField } from "./field.tsx";
import { ComplaintNotice, Notice } from "./notice.tsx";

/** In seconds, shortest first: keys of an object that look like numbers come in that order anyway. */
const OVERLAPS = Object.entries(overlapText.overlaps).map(([value, label]) => ({ value, label }));
const OVERLAP_DEFAULT = "86400";

interface OverlapDialogProps {
  readonly title: string;
  readonly lead: string;
  /** An earlier rotation that still runs, say. */
  readonly warning?: string | undefined;
  /** What depends on the present secret. */
  readonly children?: ReactNode;
  readonly onRotate: (overlapSeconds: number) => Promise<void>;
  readonly onClose: () => void;
}

/** A new secret now, and the one before it for as long as is said here. */
export function OverlapDialog(props: OverlapDialogProps) {
  const { title, lead, warning, children, onRotate, onClose } = props;
  const [overlap, setOverlap] = useState(OVERLAP_DEFAULT);
  const rotate = useAction(() => onRotate(Number(overlap)));
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{partText.cancel}</Button>
          <Button
            tone="primary"
            busy={rotate.isRunning && overlapText.busy}
            onClick={() => void rotate.run()}
          >
            {overlapText.submit}
          </Button>
        </>
      }
    >
      <p>{lead}</p>
      {children}
      {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
      <SelectField
        label={overlapText.overlap}
        value={overlap}
        choices={OVERLAPS}
        onValue={setOverlap}
      />
      <ComplaintNotice complaint={rotate.complaint} />
    </Dialog>
  );
}
