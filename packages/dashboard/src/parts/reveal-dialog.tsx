import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { copyText } from "../runtime/clipboard.ts";
import { downloadText } from "../runtime/download.ts";
import { revealText } from "../text/reveal.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Notice } from "./notice.tsx";
import styles from "./reveal-dialog.module.css";

type SecretKind = keyof typeof revealText.names;

interface SecretForms {
  readonly env: string;
  readonly curl?: string;
}

interface RevealDialogProps {
  readonly title: string;
  /** The only place where it is: not in a cache, not in the address, not in the history (K4). */
  readonly secret: string;
  readonly kind?: SecretKind;
  /** For a file of settings and for a terminal; a link to sign in with has a place in neither. */
  readonly forms?: SecretForms;
  /** Asks Keyward about the key, and answers with a sentence. */
  readonly onTry?: (secret: string) => Promise<string>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/**
 * Shows a secret this once. It is not closed by Escape, by a click beside it or by a page that reads its lists anew; whoever
 * closes it without having copied is asked. When the page is left, the secret is wiped before a browser can keep the page (T53).
 */
export function RevealDialog(props: RevealDialogProps) {
  const { title, secret, kind = "key", onTry, onClose, children } = props;
  const forms = props.forms ?? (kind === "key" ? keyForms(secret) : undefined);
  const [isWiped, setWiped] = useState(false);
  const [isKept, setKept] = useState(false);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => {
    const wipe = () => setWiped(true);
    addEventListener("pagehide", wipe);
    return () => removeEventListener("pagehide", wipe);
  }, []);
  useWarningBeforeLeaving(!isKept && !isWiped);
  const close = () => {
    if (isKept || isWiped) onClose();
    else setAsking(true);
  };
  return (
    <Dialog
      title={title}
      onClose={close}
      isDismissable={false}
      isWide
      announced={revealText.announced[kind]}
      footer={
        isAsking ? (
          <>
            <Button tone="danger" onClick={onClose}>
              {revealText.closeAnyway}
            </Button>
            <Button tone="primary" onClick={() => setAsking(false)}>
              {revealText.back}
            </Button>
          </>
        ) : (
          <Button onClick={close}>{revealText.done}</Button>
        )
      }
    >
      {isWiped ? (
        <Notice tone="warn">{revealText.wiped}</Notice>
      ) : isAsking ? (
        <Notice tone="warn" isAlert>
          {revealText.sure}
        </Notice>
      ) : (
        <>
          <Notice tone="info">{revealText.warnings[kind]}</Notice>
          <SecretField
            secret={secret}
            kind={kind}
            forms={forms}
            onKept={() => setKept(true)}
            onTry={onTry}
          />
          {children}
        </>
      )}
    </Dialog>
  );
}

interface SecretFieldProps {
  readonly secret: string;
  readonly kind: SecretKind;
  readonly forms: SecretForms | undefined;
  readonly onKept: () => void;
  readonly onTry: ((secret: string) => Promise<string>) | undefined;
}

function SecretField({ secret, kind, forms, onKept, onTry }: SecretFieldProps) {
  const [isShown, setShown] = useState(true);
  const [said, setSaid] = useState("");
  const [isFailed, setFailed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copyButton = useRef<HTMLButtonElement>(null);
  useEffect(() => copyButton.current?.focus(), []);

  /** Claims nothing before it is so; where there is no clipboard, the person's own hands do it. */
  async function copy(text: string): Promise<void> {
    const isCopied = await copyText(text);
    setFailed(!isCopied);
    setSaid(isCopied ? revealText.copied : revealText.failed);
    if (isCopied) return onKept();
    setShown(true);
    field.current?.focus();
    field.current?.select();
  }

  async function tryIt() {
    if (onTry === undefined) return;
    setSaid(revealText.testing);
    setSaid(await onTry(secret));
  }

  return (
    <div className={styles.secret}>
      <div className={styles.row}>
        <input
          ref={field}
          aria-label={revealText.names[kind]}
          className={styles.value}
          data-hidden={!isShown}
          readOnly
          value={secret}
          size={secret.length}
          autoComplete="off"
          spellCheck={false}
          translate="no"
          data-1p-ignore
          data-lpignore="true"
          data-sentry-mask
          data-rr-mask
          onFocus={({ target }) => target.select()}
          onCopy={onKept}
        />
        <Button onClick={() => setShown(!isShown)} icon="eye" aria-pressed={!isShown}>
          {isShown ? revealText.hide : revealText.show}
        </Button>
        <Button ref={copyButton} tone="primary" icon="copy" onClick={() => void copy(secret)}>
          {revealText.copies[kind]}
        </Button>
      </div>
      <p role="status" className={isFailed ? styles.failed : styles.said}>
        {said}
      </p>
      {(forms !== undefined || onTry !== undefined) && (
        <div className={styles.more}>
          {forms !== undefined && <FormButtons of={forms} onCopy={copy} onKept={onKept} />}
          {onTry && (
            <Button icon="play" onClick={() => void tryIt()}>
              {revealText.test}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

interface FormButtonsProps {
  readonly of: SecretForms;
  readonly onCopy: (text: string) => Promise<void>;
  readonly onKept: () => void;
}

function FormButtons({ of: { env, curl }, onCopy, onKept }: FormButtonsProps) {
  return (
    <>
      <Button onClick={() => void onCopy(env)}>{revealText.asEnv}</Button>
      {curl !== undefined && <Button onClick={() => void onCopy(curl)}>{revealText.asCurl}</Button>}
      <Button
        icon="download"
        onClick={() => {
          downloadText(".env", env);
          onKept();
        }}
      >
        {revealText.download}
      </Button>
    </>
  );
}

function keyForms(secret: string): SecretForms {
  return {
    env: `KEYWARD_KEY=${secret}\n`,
    curl: `curl -H "Authorization: api-key ${secret}" https://`,
  };
}

/** The browser's own question, for a tab that is closed or loaded anew. */
function useWarningBeforeLeaving(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isNeeded]);
}
