import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Webhook } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { webhooksText } from "../../text/webhooks.ts";
import { addressOf } from "./webhook-form.ts";

const route = getRouteApi("/webhooks");
const LIMIT = 50;
const { columns } = webhooksText;

const COLUMNS: readonly Column<Webhook>[] = [
  {
    header: columns.url,
    cell: ({ id, url }) => (
      <Link to="/webhooks/$webhook" params={{ webhook: id }}>
        {addressOf(url)}
      </Link>
    ),
  },
  { header: columns.events, cell: ({ events }) => webhooksText.summary(events) },
  { header: columns.status, cell: ({ status }) => <StateBadge state={status} /> },
  { header: columns.description, cell: ({ description }) => description ?? "–" },
  { header: columns.created, cell: ({ created_at }) => <Instant value={created_at} /> },
];

export function WebhooksPage() {
  const client = useClient();
  const { can } = useSession();
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const webhooks = useQuery({
    queryKey: ["webhooks", query],
    queryFn: ({ signal }) => client.webhooks.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <ListPage
      text={webhooksText}
      icon="webhooks"
      createAt={can("webhooks:write") ? "/webhooks/new" : undefined}
      query={webhooks}
      columns={COLUMNS}
      nameOf={({ url }) => url}
      after={after}
    />
  );
}
