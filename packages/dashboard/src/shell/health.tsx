import { useQuery } from "@tanstack/react-query";
import { Notice } from "../parts/notice.tsx";
import { shellText } from "../text/shell.ts";
import styles from "./health.module.css";

const EVERY_MS = 30_000;
type State = "well" | "degraded" | "unreachable";

/** Whether Keyward can do what these pages offer; silent while it can. */
export function Health() {
  const { data } = useQuery({
    queryKey: ["health"],
    queryFn: readHealth,
    refetchInterval: EVERY_MS,
  });
  const isWell = data === undefined || data === "well";
  if (isWell && !isInsecure()) return null;
  return (
    <div className={styles.health} role="status">
      {isInsecure() && <Notice tone="warn">{shellText.insecure}</Notice>}
      {!isWell && <Notice tone="warn">{shellText[data]}</Notice>}
    </div>
  );
}

/** T50: what a browser itself calls no secure context. */
function isInsecure(): boolean {
  return !isSecureContext;
}

async function readHealth({ signal }: { readonly signal: AbortSignal }): Promise<State> {
  try {
    const { status } = await fetch("/readyz", { signal });
    return status === 200 ? "well" : "degraded";
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof TypeError ? "unreachable" : "degraded";
  }
}
