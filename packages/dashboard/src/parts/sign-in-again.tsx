import { useEffect, useState } from "react";
import { listProviders, providerPath } from "../api/sign-in.ts";
import type { Provider } from "../api/sign-in.ts";
import { signInText } from "../text/sign-in.ts";
import { Row } from "./stack.tsx";

/** T52: in another tab, whose session is this one's as well; so what has been entered here stays. */
export function SignInAgain() {
  const [providers, setProviders] = useState<readonly Provider[]>();
  useEffect(() => {
    void listProviders().then(setProviders);
  }, []);
  if (providers === undefined) return null;
  if (providers.length === 0) return <p>{signInText.againByLink}</p>;
  return (
    <>
      <p>{signInText.again}</p>
      <Row>
        {providers.map((provider) => (
          <a key={provider.id} href={providerPath(provider)} target="_blank" rel="noreferrer">
            {signInText.with(provider.name)}
          </a>
        ))}
      </Row>
    </>
  );
}
