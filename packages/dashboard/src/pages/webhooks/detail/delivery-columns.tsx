import type { Delivery } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../../../parts/badge.tsx";
import { Button } from "../../../parts/button.tsx";
import type { Column } from "../../../parts/data-table.tsx";
import { Facts } from "../../../parts/facts.tsx";
import { Instant } from "../../../parts/instant.tsx";
import { RowDetail } from "../../../parts/row-detail.tsx";
import { webhooksText } from "../../../text/webhooks.ts";
import styles from "../webhooks.module.css";

const { deliveryColumns: headers } = webhooksText;
const LOOKS = {
  pending: { tone: "info", icon: "clock" },
  delivered: { tone: "good", icon: "check" },
  failed: { tone: "bad", icon: "cross" },
} as const;

export const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { header: headers.event, cell: ({ type }) => <code>{type}</code> },
  {
    header: headers.state,
    cell: ({ state }) => <Badge {...LOOKS[state]}>{webhooksText.states[state]}</Badge>,
  },
  {
    header: headers.answer,
    cell: ({ last_status, last_error }) => last_status ?? last_error ?? webhooksText.noAnswer,
  },
  { header: headers.attempts, isNumber: true, cell: ({ attempts }) => attempts },
  { header: headers.at, cell: ({ created_at }) => <Instant value={created_at} /> },
  { header: headers.detail, cell: (delivery) => <Message of={delivery} /> },
];

export function redeliverColumn(onRedeliver: (delivery: Delivery) => void): Column<Delivery> {
  return {
    header: headers.action,
    cell: (delivery) =>
      delivery.state !== "pending" && (
        <Button onClick={() => onRedeliver(delivery)}>{webhooksText.redeliver}</Button>
      ),
  };
}

function Message({ of: delivery }: { readonly of: Delivery }) {
  const { event_id, payload, last_error, last_attempt_at, next_attempt_at } = delivery;
  return (
    <RowDetail summary={webhooksText.open}>
      <Facts
        of={{
          [webhooksText.id]: <code translate="no">{event_id}</code>,
          [webhooksText.error]: last_error ?? undefined,
          [webhooksText.lastAttempt]:
            last_attempt_at === null ? undefined : <Instant value={last_attempt_at} show="both" />,
          [webhooksText.next]:
            next_attempt_at === null ? undefined : <Instant value={next_attempt_at} show="both" />,
        }}
      />
      {/* It scrolls, so it must be reached with the keyboard. */}
      <pre className={styles.payload} tabIndex={0} role="region" aria-label={webhooksText.payload}>
        {payload}
      </pre>
    </RowDetail>
  );
}
