import type { ReactNode } from "react";
import type { Complaint } from "../api/problems.ts";
import { problemText } from "../text/problems.ts";
import { CopyButton } from "./copy-button.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import { SignInAgain } from "./sign-in-again.tsx";
import styles from "./notice.module.css";

const ICONS = {
  info: "info",
  warn: "warning",
  bad: "warning",
  good: "check",
  neutral: "info",
} as const satisfies Record<string, IconName>;

interface NoticeProps {
  readonly tone?: keyof typeof ICONS;
  readonly title?: string;
  /** Announced at once; for what has just gone wrong. */
  readonly isAlert?: boolean;
  readonly children?: ReactNode;
}

export function Notice({ tone = "neutral", title, isAlert = false, children }: NoticeProps) {
  const toned = tone === "neutral" ? styles.notice : `${styles.notice} ${styles[tone]}`;
  return (
    <div className={toned} role={isAlert ? "alert" : undefined}>
      <Icon name={ICONS[tone]} />
      <div className={styles.body}>
        {title !== undefined && (
          <p>
            <strong>{title}</strong>
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

/** The session is not young enough for what gives power over Keyward. */
const STALE = "reauth_required";

/** Why something was refused, beside where it was asked for. */
export function ComplaintNotice({ complaint }: { readonly complaint: Complaint | undefined }) {
  if (complaint === undefined) return null;
  const { title, detail, kind, code, requestId } = complaint;
  return (
    <Notice tone="bad" isAlert title={title}>
      {detail !== title && <p>{detail}</p>}
      {kind === "forbidden" && <p>{problemText.askGrant}</p>}
      {code === STALE && <SignInAgain />}
      {requestId !== undefined && (
        <p>
          {problemText.requestId} <code>{requestId}</code>{" "}
          <CopyButton text={diagnosticsOf(complaint)} label={problemText.copyDiagnostics} />
        </p>
      )}
    </Notice>
  );
}

export function diagnosticsOf({ title, code, detail, requestId }: Complaint): string {
  return [title, `code: ${code}`, detail, `request: ${requestId ?? "none"}`].join("\n");
}
