import { useState } from "react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { redactKeys } from "@keyward/core/key/format";
import { useApis } from "../../api/apis.ts";
import { useSession } from "../../api/session.tsx";
import { Button } from "../../parts/button.tsx";
import type { Choice } from "../../parts/field.tsx";
import { FilterSelect, SearchBox, Toolbar } from "../../parts/toolbar.tsx";
import { useEnvironment } from "../../shell/environment.tsx";
import { keysText } from "../../text/keys.ts";
import { partText } from "../../text/parts.ts";
import { revokeManyText } from "../../text/revoke-many.ts";
import { RevokeManyDialog } from "./revoke-many.tsx";

const route = getRouteApi("/keys");
const STATUSES = ["active", "pending", "disabled", "expired", "revoked"] as const;
const KINDS = ["secret", "publishable", "pat"] as const;

export function KeyFilters({ onPasted }: { readonly onPasted: (key: string) => void }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const apis = useApis();
  const { env: _env, limit: _limit, ...filters } = search;
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: "/keys",
      search: (before) => ({ ...before, after: undefined, ...change }),
      replace: true,
    });
  const apiChoices = (apis.data ?? []).map(({ name, prefix }) => ({ value: prefix, label: name }));
  return (
    <Toolbar>
      <SearchBox
        label={keysText.search}
        placeholder={keysText.searchHint}
        value={search.q ?? ""}
        onSearch={(q) => set({ q })}
        intercept={(text) => {
          const isKey = redactKeys(text) !== text;
          if (isKey) onPasted(text);
          return isKey;
        }}
      />
      <FilterSelect
        label={keysText.status}
        any={keysText.allStatuses}
        value={search.status}
        choices={choicesOf(STATUSES, keysText.statuses)}
        onValue={(status) => set({ status })}
      />
      {apiChoices.length > 0 && (
        <FilterSelect
          label={keysText.api}
          any={keysText.allApis}
          value={search.api}
          choices={apiChoices}
          onValue={(api) => set({ api })}
        />
      )}
      <FilterSelect
        label={keysText.kind}
        any={keysText.allKinds}
        value={search.kind}
        choices={choicesOf(KINDS, keysText.kinds)}
        onValue={(kind) => set({ kind })}
      />
      {search.owner !== undefined && (
        <Button icon="cross" onClick={() => set({ owner: undefined })}>
          {keysText.owner(search.owner)}
        </Button>
      )}
      {search.role !== undefined && (
        <Button icon="cross" onClick={() => set({ role: undefined })}>
          {keysText.role}
        </Button>
      )}
      <RevokeMany />
      {Object.keys(filters).length > 0 && (
        <Button
          tone="plain"
          onClick={() => void navigate({ to: "/keys", search: { env: search.env } })}
        >
          {partText.clearFilters}
        </Button>
      )}
    </Toolbar>
  );
}

/** Offered for what a revocation can mean: neither a text nor a status is part of it. */
function RevokeMany() {
  const { can } = useSession();
  const environment = useEnvironment();
  const { api, owner, role, kind, q, status } = route.useSearch();
  const [isOpen, setOpen] = useState(false);
  const isMeant = [api, owner, role, kind].some((value) => value !== undefined);
  if (!can("revocations:write") || !isMeant || q !== undefined || status !== undefined) return null;
  const filter = { environment, api, owner, role, kind: KINDS.find((known) => known === kind) };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{revokeManyText.open}</Button>
      {isOpen && <RevokeManyDialog filter={filter} onClose={() => setOpen(false)} />}
    </>
  );
}

function choicesOf<Value extends string>(
  values: readonly Value[],
  labels: Readonly<Record<Value, string>>,
): readonly Choice<Value>[] {
  return values.map((value) => ({ value, label: labels[value] }));
}
