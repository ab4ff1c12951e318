import { useState } from "react";
import type { ReactNode } from "react";
import { useAction } from "../api/use-action.ts";
import { partText } from "../text/parts.ts";
import { Button } from "./button.tsx";
import type { ButtonTone } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ComplaintNotice } from "./notice.tsx";

interface ConfirmButtonProps {
  /** On the button, and on the one in the dialog that does it. */
  readonly verb: string;
  /** The dialog's heading; the verb, if left out. */
  readonly title?: string;
  readonly tone?: ButtonTone;
  /** What it comes to. */
  readonly children: ReactNode;
  readonly onConfirm: () => Promise<void>;
}

/** A button for what is not undone by another click: it asks first, in a dialog, and says there what went wrong. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { verb, title = verb, tone = "danger", children, onConfirm } = props;
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const confirm = useAction(onConfirm);
  return (
    <>
      <Button tone={tone} onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {isAsking && (
        <Dialog
          title={title}
          onClose={close}
          footer={
            <>
              <Button onClick={close}>{partText.cancel}</Button>
              <Button
                tone="danger"
                busy={confirm.isRunning && verb}
                onClick={() => void confirm.run().then((isDone) => isDone && close())}
              >
                {verb}
              </Button>
            </>
          }
        >
          {children}
          <ComplaintNotice complaint={confirm.complaint} />
        </Dialog>
      )}
    </>
  );
}
