import type { ComponentProps } from "react";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import styles from "./button.module.css";

export type ButtonTone = "plain" | "normal" | "primary" | "danger";

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
  /** Shown instead of what is inside while an action runs; the button stays focusable, so that focus is not lost. */
  readonly busy?: string | false | undefined;
}

export function Button({ tone = "normal", icon, busy, children, onClick, ...rest }: ButtonProps) {
  const isBusy = typeof busy === "string";
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(tone)}
      aria-disabled={isBusy || rest["aria-disabled"]}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {isBusy ? busy : children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "className" | "aria-label"> {
  readonly icon: IconName;
  readonly label: string;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass("plain")} ${styles.square}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}

export function buttonClass(tone: ButtonTone = "normal"): string {
  return tone === "normal" ? `${styles.button}` : `${styles.button} ${styles[tone]}`;
}
