import { useQuery } from "@tanstack/react-query";
import type { Revocation } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { partText } from "../../text/parts.ts";
import { revokeManyText } from "../../text/revoke-many.ts";
import styles from "./bulk-bar.module.css";

interface RevocationProgressProps {
  readonly of: Revocation;
  readonly onClose: () => void;
}

const EVERY_MS = 700;
const WAIT_SECONDS = 5;
const NUMBER = new Intl.NumberFormat("en");

/** How far it has come and, once it has ended, which verifiers refuse the keys by now. */
export function RevocationProgress({ of: begun, onClose }: RevocationProgressProps) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ["revocation", begun.id],
    queryFn: ({ signal }) =>
      client.revocations.get(begun.id, { wait: "verifiers", timeout: WAIT_SECONDS }, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? EVERY_MS : false),
  });
  const now = data ?? begun;
  const stop = useAction(async () => {
    await client.revocations.cancel(begun.id);
  });
  const isRunning = now.status === "running";
  const progress = revokeManyText.progress(NUMBER.format(now.revoked), NUMBER.format(now.matched));
  const acknowledged = data?.acknowledged ?? null;
  return (
    <Dialog
      title={revokeManyText.title}
      onClose={onClose}
      footer={
        <>
          {isRunning && <Button onClick={() => void stop.run()}>{revokeManyText.stop}</Button>}
          <Button tone="primary" onClick={onClose}>
            {partText.close}
          </Button>
        </>
      }
    >
      <progress
        className={styles.progress}
        max={now.matched}
        value={now.revoked}
        aria-label={revokeManyText.title}
      />
      <div role="status">
        <p>{progress}</p>
        {isRunning ? (
          <p>{revokeManyText.goesOn}</p>
        ) : (
          <Notice tone={now.status === "finished" ? "good" : "warn"}>
            <p>{revokeManyText[now.status === "finished" ? "finished" : "cancelled"]}</p>
            {acknowledged !== null && (
              <p>{revokeManyText.verifiers(acknowledged, acknowledged + (data?.pending ?? 0))}</p>
            )}
          </Notice>
        )}
      </div>
      <ComplaintNotice complaint={stop.complaint} />
    </Dialog>
  );
}
