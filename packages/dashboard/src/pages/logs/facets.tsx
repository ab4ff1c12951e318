import type { LogEntry } from "@keyward/sdk/client/operations.generated";
import { Button } from "../../parts/button.tsx";
import { logsText } from "../../text/logs.ts";
import styles from "./facets.module.css";

interface FacetsProps {
  readonly of: readonly LogEntry[];
  readonly onCode: (code: string) => void;
}

/** Why requests were refused on this page, the most frequent first; each leads to those alone. */
export function Facets({ of, onCode }: FacetsProps) {
  const refused = of.filter(({ outcome }) => outcome === "denied");
  const counts = [...Map.groupBy(refused, ({ code }) => code)]
    .map(([code, entries]) => ({ code, count: entries.length }))
    .sort((one, other) => other.count - one.count);
  if (counts.length < 2) return null;
  return (
    <div className={styles.facets} role="group" aria-label={logsText.facets}>
      {counts.map(({ code, count }) => (
        <Button key={code} aria-label={logsText.only(code, count)} onClick={() => onCode(code)}>
          {code} {count}
        </Button>
      ))}
    </div>
  );
}
