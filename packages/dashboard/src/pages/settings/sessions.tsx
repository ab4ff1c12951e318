import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { membersText } from "../../text/members.ts";

const LIMIT = 100;
const { sessionColumns: columns } = membersText;

export function Sessions() {
  const client = useClient();
  const { me } = useSession();
  const queries = useQueryClient();
  const say = useToast();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => client.sessions.list({ limit: LIMIT }, { signal }),
    enabled: me.session !== null,
  });
  const end = useAction(async (id: string) => {
    await client.sessions.end(id);
    await queries.invalidateQueries({ queryKey: ["sessions"] });
    say(membersText.ended);
  });
  return (
    <Card title={membersText.sessions} lead={membersText.sessionsLead} flush>
      <ComplaintNotice complaint={end.complaint} />
      {me.session === null ? (
        <EmptyState icon="info" title={membersText.noSessions}>
          {membersText.noSessionsHint}
        </EmptyState>
      ) : (
        <Loaded query={sessions}>
          {({ data }) => (
            <DataTable
              caption={membersText.sessions}
              columns={[...COLUMNS, endColumn((id) => void end.run(id))]}
              rows={data}
              idOf={({ id }) => id}
              nameOf={({ user_agent }) => user_agent ?? membersText.unknownBrowser}
            />
          )}
        </Loaded>
      )}
    </Card>
  );
}

const COLUMNS: readonly Column<Session>[] = [
  {
    header: columns.browser,
    cell: ({ user_agent, current }) => (
      <span title={user_agent ?? undefined}>
        {browserName(user_agent)} {current && <Badge tone="good">{membersText.current}</Badge>}
      </span>
    ),
  },
  { header: columns.ip, cell: ({ ip }) => <code>{ip ?? "–"}</code> },
  { header: columns.signedIn, cell: ({ signed_in_at }) => <Instant value={signed_in_at} /> },
  { header: columns.seen, cell: ({ last_seen_at }) => <Instant value={last_seen_at} /> },
  { header: columns.ends, cell: ({ expires_at }) => <Instant value={expires_at} /> },
];

function endColumn(onEnd: (id: string) => void): Column<Session> {
  return {
    header: columns.action,
    cell: ({ id }) => <Button onClick={() => onEnd(id)}>{membersText.end}</Button>,
  };
}

const BROWSERS = ["Edg", "Firefox", "Chrome", "Safari"] as const;
const SYSTEMS = ["Windows", "Android", "iPhone", "Mac OS", "Linux"] as const;

/** As much as tells one's own browsers apart; the whole text is in the tooltip. */
function browserName(userAgent: string | null): string {
  const browser = BROWSERS.find((name) => userAgent?.includes(name));
  const system = SYSTEMS.find((name) => userAgent?.includes(name));
  if (browser === undefined) return userAgent?.slice(0, 40) ?? membersText.unknownBrowser;
  return [browser === "Edg" ? "Edge" : browser, system].filter(Boolean).join(", ");
}
