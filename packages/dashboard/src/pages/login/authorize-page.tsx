import { useState } from "react";
import { useSearch } from "@tanstack/react-router";
import { useClient, useSession } from "../../api/session.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { loginText } from "../../text/login.ts";
import { MembersOnly } from "./device-page.tsx";
import { Question } from "./question.tsx";

/** For `keyward login` on this computer: an authorization request, which the server examines (RFC 8252). */
export function AuthorizePage() {
  const client = useClient();
  const { me } = useSession();
  const asked = useSearch({ from: "/authorize" });
  const [isReturning, setReturning] = useState(false);
  if (me.member === null) return <MembersOnly />;
  const { redirect_uri, code_challenge, state, client_id, response_type } = asked;
  const isWhole =
    redirect_uri !== undefined &&
    code_challenge !== undefined &&
    state !== undefined &&
    client_id === "keyward-cli" &&
    response_type === "code" &&
    asked.code_challenge_method === "S256";
  const answer = async (approve: boolean) => {
    if (!isWhole) return;
    const request = { client_id, response_type, redirect_uri, code_challenge, state } as const;
    const body = { ...request, code_challenge_method: "S256", approve } as const;
    const { redirect_to } = await client.logins.authorize(body);
    setReturning(true);
    location.assign(redirect_to);
  };
  return (
    <Page narrow title={loginText.authorizeTitle} lead={loginText.authorizeLead}>
      {!isWhole && <Notice tone="bad">{loginText.malformed}</Notice>}
      {isWhole && isReturning && <Notice tone="good">{loginText.returning}</Notice>}
      {isWhole && !isReturning && (
        <Question facts={{}} onApprove={() => answer(true)} onDeny={() => answer(false)} />
      )}
    </Page>
  );
}
