import { Link } from "@tanstack/react-router";
import type { Environment } from "../../shell/environment.tsx";
import { useSession } from "../../api/session.tsx";
import { buttonClass } from "../../parts/button.tsx";
import { CodeSample } from "../../parts/code-sample.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { keysText } from "../../text/keys.ts";
import { partText } from "../../text/parts.ts";
import { createSamples } from "./create-samples.ts";

interface NoKeysProps {
  readonly environment: Environment;
  readonly search: Readonly<Record<string, string | undefined>>;
}

/** None at all is another thing than none that match. */
export function NoKeys({ environment, search }: NoKeysProps) {
  const { can } = useSession();
  const { env: _env, limit: _limit, ...filters } = search;
  if (Object.keys(filters).length > 0) {
    return (
      <EmptyState
        title={keysText.filtered}
        actions={
          <Link to="/keys" search={{ env: environment }} className={buttonClass()}>
            {partText.clearFilters}
          </Link>
        }
      >
        {keysText.filteredHint}
      </EmptyState>
    );
  }
  const example = { api: "acme", name: "Billing job", owner: "cus_42", environment } as const;
  return (
    <EmptyState
      icon="keys"
      title={keysText.empty(environment)}
      actions={
        can("keys:write") && (
          <Link to="/keys/new" className={buttonClass("primary")}>
            {keysText.create}
          </Link>
        )
      }
      below={<CodeSample label={keysText.orByTerminal} samples={createSamples(example)} />}
    >
      {environment === "test" ? keysText.emptyTest : keysText.emptyLead}
    </EmptyState>
  );
}
