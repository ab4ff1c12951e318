import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { PortalKey, PortalUsage } from "@keyward/sdk/client/operations.generated";
import { Card } from "../parts/card.tsx";
import { DataTable } from "../parts/data-table.tsx";
import type { Column } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { FilterSelect } from "../parts/toolbar.tsx";
import { portalText } from "../text/portal.ts";
import { useVisit } from "./visit.tsx";

const DAYS = 14;
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const NUMBER = new Intl.NumberFormat("en");
const { usageColumns: columns } = portalText;

type Day = PortalUsage["days"][number];

const COLUMNS: readonly Column<Day>[] = [
  {
    header: columns.day,
    cell: ({ at }) => <time dateTime={at}>{DAY.format(new Date(at))}</time>,
  },
  { header: columns.allowed, isNumber: true, cell: ({ allowed }) => NUMBER.format(allowed) },
  { header: columns.denied, isNumber: true, cell: ({ denied }) => NUMBER.format(denied) },
];

/** A table alone: fourteen rows of two numbers need no chart. */
export function OwnUsage({ keys }: { readonly keys: readonly PortalKey[] }) {
  const { client } = useVisit();
  const [key, setKey] = useState<string>();
  const query = { days: DAYS, ...(key === undefined ? {} : { key }) };
  const usage = useQuery({
    queryKey: ["usage", query],
    queryFn: ({ signal }) => client.portal.usage(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Card
      title={portalText.usage}
      lead={usage.data && portalText.usageLead(usage.data.allowed, usage.data.denied)}
      flush
      actions={
        <FilterSelect
          label={portalText.usageOf}
          any={portalText.allKeys}
          value={key}
          choices={keys.map(({ id, name }) => ({ value: id, label: name }))}
          onValue={setKey}
        />
      }
    >
      <Loaded query={usage} lines={DAYS}>
        {({ days }) => (
          <DataTable
            caption={portalText.usage}
            columns={COLUMNS}
            rows={[...days].reverse()}
            idOf={({ at }) => at}
            nameOf={({ at }) => at}
          />
        )}
      </Loaded>
    </Card>
  );
}
