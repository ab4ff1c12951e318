import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { complaintOf } from "../api/problems.ts";
import { partText } from "../text/parts.ts";
import { problemText } from "../text/problems.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { diagnosticsOf, Notice } from "./notice.tsx";
import styles from "./loaded.module.css";

/** What is quicker is not announced: a flash of grey would be all that is seen of it. */
const SKELETON_AFTER_MS = 150;

interface LoadedProps<Value> {
  readonly query: Pick<
    UseQueryResult<Value>,
    "data" | "error" | "isFetching" | "isPlaceholderData" | "refetch"
  >;
  /** How many lines the skeleton has, so that nothing moves when the answer comes. */
  readonly lines?: number;
  readonly children: (value: Value) => ReactNode;
}

/** What was read; before that a skeleton; when it fails, why. What was read before stays visible while Keyward is away. */
export function Loaded<Value>({ query, lines = 6, children }: LoadedProps<Value>) {
  const { data, error, isFetching, refetch } = query;
  if (data !== undefined) {
    return (
      <div className={styles.loaded} aria-busy={isFetching}>
        {isFetching && <div className={styles.progress} />}
        {error !== null && <Notice tone="warn">{problemText.stale}</Notice>}
        {children(data)}
      </div>
    );
  }
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />;
  return <Skeleton lines={lines} />;
}

export function Failed({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const complaint = complaintOf(error);
  if (complaint.kind === "not_found") {
    return <EmptyState title={problemText.notFound}>{problemText.notFoundHint}</EmptyState>;
  }
  return (
    <EmptyState
      icon="warning"
      title={complaint.title}
      actions={
        <>
          {onRetry && complaint.kind !== "forbidden" && (
            <Button onClick={onRetry} icon="rotate">
              {problemText.retry}
            </Button>
          )}
          <CopyButton text={diagnosticsOf(complaint)} label={problemText.copyDiagnostics} />
        </>
      }
    >
      <p role="alert">{complaint.detail}</p>
      {complaint.kind === "forbidden" && <p>{problemText.askGrant}</p>}
      {complaint.requestId !== undefined && (
        <p>
          {problemText.requestId} <code>{complaint.requestId}</code>
        </p>
      )}
    </EmptyState>
  );
}

export function Skeleton({ lines }: { readonly lines: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} data-late={isLate}>
      <span role="status" className="visually-hidden">
        {isLate && partText.loading}
      </span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={styles.line} />
      ))}
    </div>
  );
}
