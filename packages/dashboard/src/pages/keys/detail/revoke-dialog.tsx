import { useState } from "react";
import type { Key, RevokedKey } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Dialog } from "../../../parts/dialog.tsx";
import { TextField } from "../../../parts/field.tsx";
import { Instant, relativeTime } from "../../../parts/instant.tsx";
import { ComplaintNotice, Notice } from "../../../parts/notice.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { revokeText } from "../../../text/key.ts";
import { partText } from "../../../text/parts.ts";
import type { KeyDialogProps } from "./key-actions.tsx";

const WAIT_SECONDS = 10;
/** What the answer may take beyond the wait. */
const ANSWER_MS = 10_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Spread extends Pick<RevokedKey, "acknowledged" | "pending" | "effective_by"> {
  readonly tookMs: number;
}

/** Says what hangs on the key, asks, revokes, and waits until every verifier has said that it refuses it. */
export function RevokeDialog({ of: key, onChanged, onClose }: KeyDialogProps) {
  const client = useClient();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [spread, setSpread] = useState<Spread>();
  const mustType = key.environment === "live" && wasUsedWithin(key, DAY_MS);
  const revoke = useAction(async () => {
    const started = performance.now();
    const answer = await client.keys.revoke(
      key.id,
      reason.trim() === "" ? {} : { reason: reason.trim() },
      {
        query: { wait: "verifiers", timeout: WAIT_SECONDS },
        timeoutMs: WAIT_SECONDS * 1000 + ANSWER_MS,
      },
    );
    const { acknowledged, pending, effective_by, ...changed } = answer;
    const tookMs = Math.ceil(performance.now() - started);
    setSpread({ acknowledged, pending, effective_by, tookMs });
    onChanged(changed);
  });
  if (spread !== undefined) return <Spreading of={spread} onClose={onClose} />;
  const isReady = !mustType || typed === key.name;
  return (
    <Dialog
      title={revokeText.title}
      onClose={onClose}
      isDismissable={!revoke.isRunning}
      footer={
        <>
          <Button onClick={onClose} disabled={revoke.isRunning}>
            {partText.cancel}
          </Button>
          <Button
            tone="danger"
            disabled={!isReady}
            busy={revoke.isRunning && revokeText.busy}
            onClick={() => void revoke.run()}
          >
            {revokeText.submit}
          </Button>
        </>
      }
    >
      <p>{revokeText.lead}</p>
      <Blast of={key} />
      <TextField
        label={revokeText.reason}
        hint={revokeText.reasonHint}
        isOptional
        maxLength={500}
        value={reason}
        onValue={setReason}
      />
      {mustType && (
        <TextField
          label={revokeText.confirm(key.name)}
          hint={revokeText.confirmHint}
          value={typed}
          onValue={setTyped}
        />
      )}
      <ComplaintNotice complaint={revoke.complaint} />
    </Dialog>
  );
}

function Blast({ of: key }: { readonly of: Key }) {
  const working = key.secrets.filter(({ status }) => status === "active").length;
  const isInUse = wasUsedWithin(key, MINUTE_MS);
  return (
    <Notice tone={isInUse ? "bad" : "warn"} title={revokeText.blast}>
      <p>
        {key.last_used_at === null
          ? revokeText.neverUsed
          : revokeText.lastUsed(relativeTime(key.last_used_at, nowMs()))}
      </p>
      {isInUse && <p>{revokeText.inUse}</p>}
      <p>{revokeText.secrets(working)}</p>
    </Notice>
  );
}

function Spreading({ of, onClose }: { readonly of: Spread; readonly onClose: () => void }) {
  const { acknowledged, pending, effective_by, tookMs } = of;
  return (
    <Dialog
      title={revokeText.done}
      onClose={onClose}
      footer={
        <Button tone="primary" onClick={onClose}>
          {partText.close}
        </Button>
      }
    >
      <Notice tone={pending === 0 ? "good" : "warn"} isAlert>
        <p>{revokeText.refused(acknowledged, acknowledged + pending, tookMs)}</p>
        {pending > 0 && <p>{revokeText.pending(pending)}</p>}
        {pending > 0 && effective_by !== null && (
          <p>
            {revokeText.effectiveBy} <Instant value={effective_by} show="exact" />.
          </p>
        )}
        {pending > 0 && effective_by === null && <p>{revokeText.unbounded}</p>}
      </Notice>
    </Dialog>
  );
}

function wasUsedWithin({ last_used_at }: Key, ms: number): boolean {
  return last_used_at !== null && nowMs() - Date.parse(last_used_at) < ms;
}
