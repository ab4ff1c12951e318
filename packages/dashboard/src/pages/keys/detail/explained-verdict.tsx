import { DENIALS } from "@keyward/core/verdict/codes";
import type { TraceStep } from "@keyward/core/verdict/explain";
import type { Verdict } from "@keyward/core/verdict/verdict";
import { Badge } from "../../../parts/badge.tsx";
import { Card } from "../../../parts/card.tsx";
import { Notice } from "../../../parts/notice.tsx";
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
        <ol className={styles.trace} aria-label={tryText.trace}>
          {trace.map(({ check, passed, detail }) => (
            <li key={check}>
              <Badge tone={passed ? "good" : "bad"} icon={passed ? "check" : "cross"}>
                {passed ? tryText.passed : tryText.failed}
              </Badge>
              <span>
                <code>{check}</code>
                <span className={styles.why}>{detail}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
