import { DENIALS } from "@keyward/core/verdict/codes";
import type { TraceStep } from "@keyward/core/verdict/explain";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { Card } from "../../../parts/card.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { TraceList } from "../../../parts/trace-list.tsx";
import { tryText } from "../../../text/key.ts";
import styles from "./key-page.module.css";

interface ExplainedVerdictProps {
  /** `undefined` when the key has no secret that could be presented. */
  readonly verdict: Verdict | undefined;
  readonly trace: readonly TraceStep[];
}

/** The verdict, and each check with what it compared, up to the first that failed. */
export function ExplainedVerdict({ verdict, trace }: ExplainedVerdictProps) {
  if (verdict === undefined) return <Notice>{tryText.noSecret}</Notice>;
  const isAllowed = verdict.outcome === "allowed";
  return (
    <Card title={tryText.verdict}>
      <div className={styles.stack}>
        <div role="status">
          <Notice tone={isAllowed ? "good" : "bad"}>
            {verdict.outcome === "allowed" ? (
              <p>{tryText.allowed}</p>
            ) : (
              <>
                <p>
                  <strong>{tryText.denied(verdict.code, verdict.status)}</strong>
                </p>
                <p>{DENIALS[verdict.code].title}.</p>
              </>
            )}
          </Notice>
        </div>
        <TraceList label={tryText.trace} steps={trace} />
      </div>
    </Card>
  );
}
