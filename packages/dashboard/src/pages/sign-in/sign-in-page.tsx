import { useState } from "react";
import { useAction } from "../../api/use-action.ts";
import { useSignInDoor } from "../../api/session.tsx";
import { Button } from "../../parts/button.tsx";
import { TextField } from "../../parts/field.tsx";
import { Logo } from "../../parts/logo.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { problemText } from "../../text/problems.ts";
import { signInText } from "../../text/sign-in.ts";
import { Providers } from "./providers.tsx";
import styles from "./sign-in-page.module.css";

/** How one comes in: by a link or, without one, with a management key. */
export function SignInPage() {
  const { state, retry } = useSignInDoor();
  const { complaint, isEnded } = state.kind === "signed_out" ? state : {};
  return (
    <main className={styles.place}>
      <div className={styles.box}>
        <Logo />
        <Page title={signInText.title} lead={signInText.lead}>
          {isEnded && <Notice tone="info">{signInText.ended}</Notice>}
          <ComplaintNotice complaint={complaint} />
          {complaint?.kind === "unavailable" && (
            <Button icon="rotate" onClick={retry}>
              {problemText.retry}
            </Button>
          )}
          <Providers />
          <pre
            className={styles.command}
            tabIndex={0}
            role="region"
            aria-label={signInText.command}
          >
            <code>{"keyward members list\nkeyward members link mem_…"}</code>
          </pre>
          <p className={styles.or}>{signInText.or}</p>
          <KeyForm />
        </Page>
      </div>
    </main>
  );
}

function KeyForm() {
  const { signInWithKey } = useSignInDoor();
  const [key, setKey] = useState("");
  const signIn = useAction(signInWithKey);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void signIn.run(key.trim());
      }}
    >
      {/* Not a password: no password manager should keep it. */}
      <TextField
        label={signInText.key}
        hint={signInText.keyHint}
        value={key}
        onValue={setKey}
        mono
        required
        autoComplete="off"
        data-1p-ignore
        data-lpignore="true"
        translate="no"
      />
      <ComplaintNotice complaint={signIn.complaint} />
      <Button type="submit" tone="primary" busy={signIn.isRunning && signInText.checking}>
        {signInText.submit}
      </Button>
    </form>
  );
}
