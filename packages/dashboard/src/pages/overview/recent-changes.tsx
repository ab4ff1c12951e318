import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useClient } from "../../api/session.tsx";
import { Card } from "../../parts/card.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { overviewText } from "../../text/overview.ts";
import { ThingLink } from "../../parts/thing-link.tsx";
import styles from "./overview.module.css";

const EVENTS_MAX = 8;

export function RecentChanges() {
  const client = useClient();
  const query = { limit: EVENTS_MAX };
  const events = useQuery({
    queryKey: ["audit", query],
    queryFn: ({ signal }) => client.audit.list(query, { signal }),
  });
  return (
    <Card
      title={overviewText.recent}
      actions={<Link to="/audit">{overviewText.allChanges}</Link>}
      flush
    >
      <Loaded query={events}>
        {({ data }) => (
          <ul className={styles.list}>
            {data.map(({ id, at, action, target, detail }) => (
              <li key={id}>
                <code>{action}</code>
                <span>
                  <ThingLink {...target} name={nameIn(detail)} />
                </span>
                <span className={styles.when}>
                  <Instant value={at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function nameIn(detail: Readonly<Record<string, unknown>>): string | undefined {
  const { name } = detail;
  return typeof name === "string" ? name : undefined;
}
