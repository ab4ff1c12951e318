import { Link } from "@tanstack/react-router";
import { useSession } from "../../api/session.tsx";
import { Card } from "../../parts/card.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Columns } from "../../parts/stack.tsx";
import { usageText } from "../../text/usage.ts";
import { GroupList } from "../../usage/group-list.tsx";
import { UsageCards } from "../../usage/usage-cards.tsx";
import { UsageFigure } from "../../usage/usage-figure.tsx";
import { useUsage } from "../../usage/use-usage.ts";
import styles from "./overview.module.css";

const TOP = 6;

/** The last day at a glance: how much, how much of it refused, why, and whose it was. */
export function OverviewUsage() {
  const { can } = useSession();
  const mayRead = can("usage:read");
  const byCode = { group_by: "code", top: TOP, compare: "previous" } as const;
  const outcomes = useUsage("24h", byCode, mayRead);
  const owners = useUsage("24h", { group_by: "owner", top: TOP }, mayRead);
  if (!mayRead) return null;
  return (
    <div className={styles.usage}>
      <Loaded query={outcomes} lines={6}>
        {(usage) => (
          <>
            <UsageCards usage={usage} />
            <Card
              title={`${usageText.chart}, ${usageText.ranges["24h"].toLowerCase()}`}
              actions={<Link to="/usage">{usageText.all}</Link>}
              flush
            >
              <UsageFigure usage={usage} />
            </Card>
            {usage.totals.count > 0 && (
              <Columns>
                <Card title={usageText.outcomes} flush>
                  <GroupList usage={usage} kind="code" />
                </Card>
                <Card title={usageText.topOwners} flush>
                  {owners.data && <GroupList usage={owners.data} kind="owner" />}
                </Card>
              </Columns>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}
