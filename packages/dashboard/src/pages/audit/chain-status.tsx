import { useState } from "react";
import type { Client } from "@keyward/sdk/client";
import type { AuditEvent } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { downloadText } from "../../runtime/download.ts";
import { auditText } from "../../text/audit.ts";
import styles from "./audit.module.css";

/** More is read by the command line, which also computes each hash. */
const EVENTS_MAX = 10_000;
const PAGE_MAX = 250;

type Result =
  | { readonly kind: "whole" | "partial"; readonly count: number }
  | { readonly kind: "broken"; readonly id: string };

/** Walks the events backwards and compares what each names with what stands before it. */
export function ChainStatus() {
  const client = useClient();
  const [count, setCount] = useState(0);
  const [result, setResult] = useState<Result>();
  const check = useAction(async () => {
    setResult(undefined);
    setResult(await checkChain(client, setCount));
  });
  const save = useAction(async () => {
    const lines: string[] = [];
    for await (const event of client.iterate("audit.list", { query: { limit: PAGE_MAX } })) {
      lines.push(JSON.stringify(event));
      if (lines.length % PAGE_MAX === 0) setCount(lines.length);
      if (lines.length >= EVENTS_MAX) break;
    }
    downloadText("audit.ndjson", `${lines.join("\n")}\n`, "application/x-ndjson");
  });
  return (
    <div className={styles.chain}>
      <div className={styles.row}>
        <Button
          icon="roles"
          busy={check.isRunning && auditText.verifying(count)}
          onClick={() => void check.run()}
        >
          {auditText.verify}
        </Button>
        <Button
          icon="download"
          busy={save.isRunning && auditText.exporting(count)}
          onClick={() => void save.run()}
        >
          {auditText.export}
        </Button>
        <span className={styles.hint}>{auditText.verifyHint}</span>
      </div>
      <div role="status">{result && <ResultNotice result={result} />}</div>
      <ComplaintNotice complaint={check.complaint ?? save.complaint} />
    </div>
  );
}

function ResultNotice({ result }: { readonly result: Result }) {
  if (result.kind === "broken") return <Notice tone="bad">{auditText.broken(result.id)}</Notice>;
  const isWhole = result.kind === "whole";
  return (
    <Notice tone={isWhole ? "good" : "info"}>
      {isWhole ? auditText.verified(result.count) : auditText.partial(result.count)}
    </Notice>
  );
}

async function checkChain(client: Client, onCount: (count: number) => void): Promise<Result> {
  let later: AuditEvent | undefined;
  let count = 0;
  for await (const event of client.iterate("audit.list", { query: { limit: PAGE_MAX } })) {
    if (later !== undefined && later.previous_hash !== event.hash) {
      return { kind: "broken", id: event.id };
    }
    later = event;
    count += 1;
    if (count % PAGE_MAX === 0) onCount(count);
    if (count >= EVENTS_MAX) return { kind: "partial", count };
  }
  const isStart = later === undefined || /^0+$/.test(later.previous_hash);
  return isStart ? { kind: "whole", count } : { kind: "broken", id: later?.id ?? "" };
}
