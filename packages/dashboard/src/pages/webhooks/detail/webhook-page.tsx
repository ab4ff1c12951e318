import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Webhook } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { Crumb } from "../../../parts/crumb.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { Page } from "../../../parts/page.tsx";
import { StateBadge } from "../../../parts/state-badge.tsx";
import { StatusLine } from "../../../parts/status-line.tsx";
import { Tabs } from "../../../parts/tabs.tsx";
import { webhooksText } from "../../../text/webhooks.ts";
import { HistoryCard } from "../../audit/history-card.tsx";
import { addressOf } from "../webhook-form.ts";
import { Deliveries } from "./deliveries.tsx";
import { WebhookActions } from "./webhook-actions.tsx";
import { WebhookSettings } from "./webhook-settings.tsx";

const route = getRouteApi("/webhooks/$webhook");

export interface WebhookPartProps {
  readonly of: Webhook;
  /** Told of the endpoint as a change left it. */
  readonly onChanged: (webhook: Webhook) => void;
}

export function WebhookPage() {
  const { webhook: id } = route.useParams();
  const client = useClient();
  const queries = useQueryClient();
  const webhook = useQuery({
    queryKey: ["webhook", id],
    queryFn: ({ signal }) => client.webhooks.get(id, { signal }),
  });
  const onChanged = (changed: Webhook) => {
    queries.setQueryData(["webhook", id], changed);
    void queries.invalidateQueries({ queryKey: ["webhooks"] });
  };
  const { data } = webhook;
  return (
    <Page
      key={data?.id}
      title={data === undefined ? webhooksText.endpoint : addressOf(data.url)}
      crumbs={<Crumb to="/webhooks">{webhooksText.back}</Crumb>}
      lead={
        data && (
          <StatusLine
            badge={<StateBadge state={data.status} />}
            words={webhooksText.statusLines[data.status]}
            code={webhooksText.summary(data.events)}
          />
        )
      }
      actions={data && <WebhookActions of={data} onChanged={onChanged} />}
    >
      <Loaded query={webhook}>
        {(webhook) => <WebhookParts of={webhook} onChanged={onChanged} />}
      </Loaded>
    </Page>
  );
}

function WebhookParts(props: WebhookPartProps) {
  const { tab = "deliveries" } = route.useSearch();
  return (
    <>
      <Tabs label={webhooksText.tabsLabel} names={webhooksText.tabs} current={tab} />
      {tab === "settings" ? (
        <WebhookSettings {...props} />
      ) : tab === "history" ? (
        <HistoryCard of={props.of.id} />
      ) : (
        <Deliveries of={props.of} />
      )}
    </>
  );
}
