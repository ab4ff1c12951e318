import { useState } from "react";
import { useAction } from "../api/use-action.ts";
import { partText } from "../text/parts.ts";
import { Button } from "./button.tsx";
import { Card } from "./card.tsx";
import { Dialog } from "./dialog.tsx";
import { ComplaintNotice } from "./notice.tsx";

interface DeleteCardProps {
  readonly title: string;
  readonly lead: string;
  readonly verb: string;
  readonly onDelete: () => Promise<void>;
}

/** What cannot be undone stands apart, and asks first. */
export function DeleteCard({ title, lead, verb, onDelete }: DeleteCardProps) {
  const [isAsking, setAsking] = useState(false);
  const remove = useAction(onDelete);
  return (
    <Card title={title} lead={lead}>
      <Button tone="danger" onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {isAsking && (
        <Dialog
          title={verb}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{partText.cancel}</Button>
              <Button
                tone="danger"
                busy={remove.isRunning && verb}
                onClick={() => void remove.run()}
              >
                {verb}
              </Button>
            </>
          }
        >
          <p>{lead}</p>
          <ComplaintNotice complaint={remove.complaint} />
        </Dialog>
      )}
    </Card>
  );
}
