import { useState } from "react";
import { useAction } from "../api/use-action.ts";
import { useSignInDoor } from "../api/session.tsx";
import { Button } from "../parts/button.tsx";
import { TextField } from "../parts/field.tsx";
import { ComplaintNotice, Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { signInText } from "../text/sign-in.ts";
import { Logo } from "../parts/logo.tsx";
import styles from "./sign-in-page.module.css";

export function SignInPage() {
  const { ended } = useSignInDoor();
  return (
    <main className={styles.place}>
      <div className={styles.box}>
        <Logo />
        <Page title={signInText.title} lead={signInText.lead}>
          {ended && <Notice tone="info">{signInText.ended}</Notice>}
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
        name="management-key"
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
