import { useEffect, useState } from "react";
import { listProviders, providerPath } from "../../api/sign-in.ts";
import type { Provider } from "../../api/sign-in.ts";
import { buttonClass } from "../../parts/button.tsx";
import { signInText } from "../../text/sign-in.ts";
import styles from "./sign-in-page.module.css";

/** Nothing at all where no provider is set up. */
export function Providers() {
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  useEffect(() => {
    void listProviders().then(setProviders);
  }, []);
  if (providers.length === 0) return null;
  return (
    <ul className={styles.providers}>
      {providers.map((provider) => (
        <li key={provider.id}>
          <a className={buttonClass("primary")} href={providerPath(provider)}>
            {signInText.with(provider.name)}
          </a>
        </li>
      ))}
    </ul>
  );
}
