import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { Delivery } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Card } from "../../../parts/card.tsx";
import { DataTable } from "../../../parts/data-table.tsx";
import { EmptyState } from "../../../parts/empty-state.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { Pager } from "../../../parts/pager.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { FilterSelect } from "../../../parts/toolbar.tsx";
import { webhooksText } from "../../../text/webhooks.ts";
import { DELIVERY_COLUMNS, redeliverColumn } from "./delivery-columns.tsx";
import { RedeliverMany } from "./redeliver-many.tsx";
import type { WebhookPartProps } from "./webhook-page.tsx";

const route = getRouteApi("/webhooks/$webhook");
const LIMIT = 50;
/** While something waits, one looks for what becomes of it. */
const EVERY_MS = 2_000;
const STATES = (["pending", "delivered", "failed"] as const).map((value) => ({
  value,
  label: webhooksText.states[value],
}));

/** What the endpoint was told, and what came of it. */
export function Deliveries({ of: { id } }: Pick<WebhookPartProps, "of">) {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { can } = useSession();
  const say = useToast();
  const { state, after } = route.useSearch();
  const known = STATES.find(({ value }) => value === state)?.value;
  const query = { cursor: after, limit: LIMIT, ...(known === undefined ? {} : { state: known }) };
  const deliveries = useQuery({
    queryKey: ["webhook", id, "deliveries", query],
    queryFn: ({ signal }) => client.webhooks.deliveries.list(id, query, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.data.some((delivery) => delivery.state === "pending") ? EVERY_MS : false,
  });
  const onChanged = () => queries.invalidateQueries({ queryKey: ["webhook", id, "deliveries"] });
  const redeliver = useAction(async (delivery: Delivery) => {
    await client.webhooks.deliveries.redeliver(id, delivery.id);
    await onChanged();
    say(webhooksText.redelivered);
  });
  const mayWrite = can("webhooks:write");
  return (
    <Card
      title={webhooksText.deliveries}
      lead={webhooksText.deliveriesLead}
      flush
      actions={
        <>
          <FilterSelect
            label={webhooksText.state}
            any={webhooksText.allStates}
            value={known}
            choices={STATES}
            onValue={(state) =>
              void navigate({
                to: ".",
                search: (before) => ({ ...before, state, after: undefined }),
                replace: true,
              })
            }
          />
          {mayWrite && <RedeliverMany of={id} onDone={onChanged} />}
        </>
      }
    >
      <ComplaintNotice complaint={redeliver.complaint} />
      <Loaded query={deliveries}>
        {({ data, next_cursor }) =>
          data.length === 0 ? (
            <EmptyState
              icon="webhooks"
              title={known === undefined ? webhooksText.noDeliveries : webhooksText.filtered}
            >
              {known === undefined ? webhooksText.noDeliveriesHint : webhooksText.filteredHint}
            </EmptyState>
          ) : (
            <>
              <DataTable
                caption={webhooksText.deliveriesCaption}
                columns={
                  mayWrite
                    ? [...DELIVERY_COLUMNS, redeliverColumn((each) => void redeliver.run(each))]
                    : DELIVERY_COLUMNS
                }
                rows={data}
                idOf={({ id }) => id}
                nameOf={({ type }) => type}
              />
              <Pager count={data.length} after={after} next={next_cursor} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
