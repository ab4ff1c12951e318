import { Card } from "./card.tsx";
import { ConfirmButton } from "./confirm-button.tsx";

interface DeleteCardProps {
  readonly title: string;
  readonly lead: string;
  readonly verb: string;
  readonly onDelete: () => Promise<void>;
}

/** What cannot be undone stands apart, and asks first. */
export function DeleteCard({ title, lead, verb, onDelete }: DeleteCardProps) {
  return (
    <Card title={title} lead={lead}>
      <ConfirmButton verb={verb} onConfirm={onDelete}>
        <p>{lead}</p>
      </ConfirmButton>
    </Card>
  );
}
