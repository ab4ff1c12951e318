import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useApis } from "../../api/apis.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { FilterSelect, Toolbar } from "../../parts/toolbar.tsx";
import { keysText } from "../../text/keys.ts";
import { usageText } from "../../text/usage.ts";
import { GroupList } from "../../usage/group-list.tsx";
import type { GroupKind } from "../../usage/group-list.tsx";
import { UsageCards } from "../../usage/usage-cards.tsx";
import { UsageFigure } from "../../usage/usage-figure.tsx";
import { rangeOf } from "../../usage/usage-range.ts";
import { useUsage } from "../../usage/use-usage.ts";
import { Exports } from "./exports.tsx";

const route = getRouteApi("/usage");
const TOP = 20;
const RANGES = choicesOf(usageText.ranges);
const KINDS = choicesOf(usageText.groups);

export function UsagePage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const apis = useApis();
  const range = rangeOf(search.range);
  const kind = kindOf(search.by);
  const question = {
    api: search.api,
    owner: search.owner,
    key: search.key,
    group_by: kind,
    top: TOP,
  };
  const usage = useUsage(range, { ...question, compare: "previous" });
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({ to: "/usage", search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Page
      title={usageText.title}
      lead={usageText.lead}
      actions={<Exports range={range} question={question} />}
    >
      <Toolbar>
        <FilterSelect
          label={usageText.range}
          any={usageText.ranges["24h"]}
          value={search.range}
          choices={RANGES.filter(({ value }) => value !== "24h")}
          onValue={(range) => set({ range })}
        />
        <FilterSelect
          label={keysText.api}
          any={keysText.allApis}
          value={search.api}
          choices={(apis.data ?? []).map(({ prefix, name }) => ({ value: prefix, label: name }))}
          onValue={(api) => set({ api })}
        />
        <FilterSelect
          label={usageText.groupBy}
          any={usageText.top(usageText.groups.key)}
          value={search.by}
          choices={KINDS.filter(({ value }) => value !== "key").map(({ value, label }) => ({
            value,
            label: usageText.top(label),
          }))}
          onValue={(by) => set({ by })}
        />
        {search.owner !== undefined && (
          <Button icon="cross" onClick={() => set({ owner: undefined })}>
            {usageText.onlyOwner(search.owner)}
          </Button>
        )}
        {search.key !== undefined && (
          <Button icon="cross" onClick={() => set({ key: undefined })}>
            {usageText.onlyKey}
          </Button>
        )}
      </Toolbar>
      <Loaded query={usage}>
        {(usage) => (
          <>
            <UsageCards usage={usage} />
            <Card title={usageText.chart} flush>
              <UsageFigure usage={usage} />
            </Card>
            <Card title={usageText.top(usageText.groups[kind])} flush>
              <GroupList usage={usage} kind={kind} />
            </Card>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function kindOf(text: string | undefined): GroupKind {
  return KINDS.find(({ value }) => value === text)?.value ?? "key";
}

function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>) {
  return (Object.entries(labels) as [Value, string][]).map(([value, label]) => ({ value, label }));
}
