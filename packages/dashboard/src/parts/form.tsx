import type { ReactNode } from "react";
import type { Action } from "../api/use-action.ts";
import { Button } from "./button.tsx";
import { ComplaintNotice } from "./notice.tsx";
import styles from "./stack.module.css";

interface FormProps {
  readonly action: Action<readonly []>;
  readonly submit: string;
  readonly busy: string;
  /** Shown, and not to be sent. */
  readonly isFixed?: boolean;
  /** Something that no field can ask for by itself is still missing. */
  readonly isIncomplete?: boolean;
  readonly children: ReactNode;
}

/** Fields, what was wrong with them, and the button; Enter sends it. */
export function Form(props: FormProps) {
  const { action, submit, busy, isFixed = false, isIncomplete = false, children } = props;
  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void action.run();
      }}
    >
      <div className={styles.fields}>{children}</div>
      <ComplaintNotice complaint={action.complaint} />
      {!isFixed && (
        <Button
          type="submit"
          tone="primary"
          disabled={isIncomplete}
          busy={action.isRunning && busy}
        >
          {submit}
        </Button>
      )}
    </form>
  );
}
