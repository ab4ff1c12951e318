import { Link } from "@tanstack/react-router";
import { Card } from "../parts/card.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { useSession } from "../api/session.tsx";
import { logsText } from "../text/logs.ts";
import { usageText } from "../text/usage.ts";
import { UsageFigure } from "./usage-figure.tsx";
import { useUsage } from "./use-usage.ts";

/** What one key was used for. */
export function KeyUsage({ id }: { readonly id: string }) {
  const { can } = useSession();
  const mayRead = can("usage:read");
  const usage = useUsage("7d", { key: id }, mayRead);
  if (!mayRead) return null;
  return (
    <Card
      title={usageText.ofKey}
      actions={
        <>
          <Link to="/logs" search={{ filter: `key:${id}` }}>
            {logsText.ofKey}
          </Link>
          <Link to="/usage" search={{ key: id, range: "7d", by: "code" }}>
            {usageText.all}
          </Link>
        </>
      }
      flush
    >
      <Loaded query={usage} lines={5}>
        {(usage) => <UsageFigure usage={usage} />}
      </Loaded>
    </Card>
  );
}
