import type { ReactNode } from "react";
import { useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Facts } from "../../parts/facts.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { loginText } from "../../text/login.ts";

interface QuestionProps {
  readonly facts: Readonly<Record<string, ReactNode>>;
  readonly onApprove: () => Promise<void>;
  readonly onDeny: () => Promise<void>;
}

/** Who asks, as whom it would be signed in, and two answers. */
export function Question({ facts, onApprove, onDeny }: QuestionProps) {
  const { me } = useSession();
  const approve = useAction(onApprove);
  const deny = useAction(onDeny);
  return (
    <Card title={loginText.question}>
      <Facts of={{ [loginText.you]: me.member?.name, ...facts }} />
      <Notice tone="warn">{loginText.warning}</Notice>
      <ComplaintNotice complaint={approve.complaint ?? deny.complaint} />
      <Button
        tone="primary"
        busy={approve.isRunning && loginText.approving}
        onClick={() => void approve.run()}
      >
        {loginText.approve}
      </Button>
      <Button onClick={() => void deny.run()}>{loginText.deny}</Button>
    </Card>
  );
}
