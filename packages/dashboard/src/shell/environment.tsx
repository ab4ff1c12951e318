import { useNavigate, useSearch } from "@tanstack/react-router";
import { shellText } from "../text/shell.ts";
import styles from "./environment.module.css";

export type Environment = "live" | "test";
const ENVIRONMENTS: readonly Environment[] = ["live", "test"];

/** Which of the two one looks at; it is in the address, and stays from page to page. */
export function useEnvironment(): Environment {
  const { env } = useSearch({ strict: false });
  return env === "test" ? "test" : "live";
}

export function EnvironmentSwitch() {
  const environment = useEnvironment();
  const navigate = useNavigate();
  return (
    <fieldset className={styles.switch}>
      <legend className="visually-hidden">{shellText.environment}</legend>
      {ENVIRONMENTS.map((name) => (
        <label key={name} data-environment={name}>
          <input
            type="radio"
            name="environment"
            checked={name === environment}
            onChange={() =>
              void navigate({
                to: ".",
                search: (search) => ({ ...search, env: name, after: undefined }),
              })
            }
          />
          {shellText[name]}
        </label>
      ))}
    </fieldset>
  );
}
