import { useState } from "react";
import { useSearch } from "@tanstack/react-router";
import type { Login } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Card } from "../../parts/card.tsx";
import { TextField } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { loginText } from "../../text/login.ts";
import { Question } from "./question.tsx";

/** For a program on another screen, which shows a code. Nothing is approved without a click, whatever the address says. */
export function DevicePage() {
  const client = useClient();
  const { me } = useSession();
  const { user_code: given = "" } = useSearch({ from: "/device" });
  const [code, setCode] = useState(given);
  const [login, setLogin] = useState<Login | null>();
  const [answer, setAnswer] = useState<"approved" | "denied">();
  const find = useAction(async () => {
    setLogin((await client.logins.find({ user_code: code })).login);
  });
  if (me.member === null) return <MembersOnly />;
  return (
    <Page narrow title={loginText.deviceTitle} lead={loginText.deviceLead}>
      {answer !== undefined && (
        <Notice tone={answer === "approved" ? "good" : "info"} isAlert>
          {loginText[answer]}
        </Notice>
      )}
      {answer === undefined && (login === undefined || login === null) && (
        <Card title={loginText.code}>
          <Form action={find} submit={loginText.find} busy={loginText.finding}>
            <TextField
              label={loginText.code}
              hint={loginText.codeHint}
              value={code}
              onValue={setCode}
              mono
              required
              maxLength={32}
              autoComplete="off"
            />
            {login === null && <Notice tone="warn">{loginText.unknown}</Notice>}
          </Form>
        </Card>
      )}
      {answer === undefined && login && (
        <Question
          facts={{
            [loginText.askedFrom]: login.ip ?? loginText.unknownAddress,
            [loginText.program]: login.user_agent ?? undefined,
            [loginText.askedAt]: <Instant value={login.asked_at} />,
          }}
          onApprove={async () => {
            await client.logins.approve(login.id);
            setAnswer("approved");
          }}
          onDeny={async () => {
            await client.logins.deny(login.id);
            setAnswer("denied");
          }}
        />
      )}
    </Page>
  );
}

/** A management key that was typed in is nobody. */
export function MembersOnly() {
  return (
    <Page narrow title={loginText.deviceTitle}>
      <Notice tone="warn">{loginText.membersOnly}</Notice>
    </Page>
  );
}
