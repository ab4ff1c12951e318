import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import type { Client } from "@keyward/sdk/client";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { complaintOf } from "../../api/problems.ts";
import { useClient } from "../../api/session.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { Notice } from "../../parts/notice.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { keysText } from "../../text/keys.ts";
import { partText } from "../../text/parts.ts";
import styles from "./bulk-bar.module.css";

export type BulkVerb = "disable" | "enable" | "revoke";

interface BulkDialogProps {
  readonly verb: BulkVerb;
  readonly keys: readonly Key[];
  readonly onClose: (isDone: boolean) => void;
}

interface Progress {
  readonly done: number;
  readonly failures: readonly string[];
}

const { bulk } = keysText;

/** Says first what would change and what not; then does it one after the other, and shows how far it is. */
export function BulkDialog({ verb, keys, onClose }: BulkDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const say = useToast();
  const [reason, setReason] = useState("");
  const [progress, setProgress] = useState<Progress>();
  const affected = keys.filter((key) => changes(verb, key));
  const left = keys.filter((key) => !changes(verb, key));
  const isRunning = progress !== undefined && progress.done < affected.length;

  async function run() {
    const failures: string[] = [];
    for (const [index, key] of affected.entries()) {
      setProgress({ done: index, failures });
      try {
        await perform(client, verb, key, reason);
      } catch (error) {
        failures.push(`${key.name}: ${complaintOf(error).detail}`);
      }
    }
    await queries.invalidateQueries({ queryKey: ["keys"] });
    setProgress({ done: affected.length, failures });
    say(bulk.done(affected.length - failures.length));
    if (failures.length === 0) onClose(true);
  }

  const isOver = progress !== undefined && !isRunning;
  return (
    <Dialog
      title={bulk.title[verb]}
      onClose={() => onClose(isOver)}
      isDismissable={!isRunning}
      footer={
        <>
          <Button onClick={() => onClose(isOver)} disabled={isRunning}>
            {isOver ? partText.close : partText.cancel}
          </Button>
          {!isOver && affected.length > 0 && (
            <Button
              tone={verb === "revoke" ? "danger" : "primary"}
              busy={progress && bulk.progress(progress.done, affected.length)}
              onClick={() => void run()}
            >
              {bulk.confirm(bulk[verb], affected.length)}
            </Button>
          )}
        </>
      }
    >
      <p>{bulk.lead[verb]}</p>
      {affected.length === 0 ? (
        <Notice>{bulk.nothing}</Notice>
      ) : (
        <KeyNames title={bulk.affects(affected.length)} keys={affected} />
      )}
      {left.length > 0 && <KeyNames title={bulk.leaves(left.length)} keys={left} />}
      {verb === "revoke" && affected.length > 0 && (
        <TextField
          label={bulk.reason}
          hint={bulk.reasonHint}
          isOptional
          value={reason}
          onValue={setReason}
          maxLength={500}
        />
      )}
      <p role="status" className="visually-hidden">
        {progress && bulk.progress(progress.done, affected.length)}
      </p>
      {isOver && progress.failures.length > 0 && (
        <Notice tone="bad" isAlert title={bulk.failed(progress.failures.length)}>
          {progress.failures.map((failure) => (
            <p key={failure}>{failure}</p>
          ))}
        </Notice>
      )}
    </Dialog>
  );
}

function KeyNames({ title, keys }: { readonly title: string; readonly keys: readonly Key[] }) {
  return (
    <div>
      <p>{title}</p>
      <ul className={styles.names}>
        {keys.map(({ id, name, hint, owner }) => (
          <li key={id}>
            {name} <code>…{hint}</code> · {owner}
          </li>
        ))}
      </ul>
    </div>
  );
}

function changes(verb: BulkVerb, { status }: Key): boolean {
  switch (verb) {
    case "disable":
      return status === "active";
    case "enable":
      return status === "disabled";
    default:
      return status !== "revoked";
  }
}

async function perform(client: Client, verb: BulkVerb, { id }: Key, reason: string): Promise<void> {
  if (verb === "revoke") await client.keys.revoke(id, reason === "" ? {} : { reason });
  else await client.keys[verb](id);
}
