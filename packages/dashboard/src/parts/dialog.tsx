import { useId, useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";
import { partText } from "../text/parts.ts";
import { IconButton } from "./button.tsx";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Whether Escape and the cross close it; what must not be lost by accident has its own way out. */
  readonly isDismissable?: boolean;
  readonly isWide?: boolean;
  /** What assistive technology is told beyond the title. */
  readonly announced?: string;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** The platform's modal dialog: it keeps the focus inside, and gives it back to where it was. */
export function Dialog(props: DialogProps) {
  const { title, onClose, isDismissable = true, isWide = false, announced, footer } = props;
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  // React knows no prop for it; without it a second Escape closes whatever `cancel` says. Set before the dialog is there to be
  // closed: an effect that runs once it is painted leaves a moment in which a secret is lost.
  useLayoutEffect(() => {
    element.current?.setAttribute("closedby", isDismissable ? "closerequest" : "none");
  }, [isDismissable]);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // The platform would begin with the cross, which stands first.
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={isWide ? `${styles.dialog} ${styles.wide}` : styles.dialog}
      aria-labelledby={id}
      aria-describedby={announced === undefined ? undefined : `${id}-announced`}
      onCancel={(event) => {
        event.preventDefault();
        if (isDismissable) onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        {isDismissable && <IconButton icon="cross" label={partText.close} onClick={onClose} />}
      </div>
      {announced !== undefined && (
        <p id={`${id}-announced`} className="visually-hidden">
          {announced}
        </p>
      )}
      <div className={styles.body}>{props.children}</div>
      {footer !== undefined && <div className={styles.foot}>{footer}</div>}
    </dialog>
  );
}
