import { useState } from "react";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { Button } from "../../parts/button.tsx";
import { keysText } from "../../text/keys.ts";
import { partText } from "../../text/parts.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkVerb } from "./bulk-dialog.tsx";
import styles from "./bulk-bar.module.css";

const VERBS: readonly BulkVerb[] = ["disable", "enable", "revoke"];

/** What can be done with all selected keys at once. */
export function BulkBar({
  keys,
  onDone,
}: {
  readonly keys: readonly Key[];
  readonly onDone: () => void;
}) {
  const [verb, setVerb] = useState<BulkVerb>();
  if (keys.length === 0) return null;
  return (
    <div className={styles.bar} role="region" aria-label={partText.selected(keys.length)}>
      <strong>{partText.selected(keys.length)}</strong>
      {VERBS.map((verb) => (
        <Button
          key={verb}
          tone={verb === "revoke" ? "danger" : "normal"}
          onClick={() => setVerb(verb)}
        >
          {keysText.bulk[verb]} …
        </Button>
      ))}
      <Button tone="plain" onClick={onDone}>
        {partText.clearSelection}
      </Button>
      {verb !== undefined && (
        <BulkDialog
          verb={verb}
          keys={keys}
          onClose={(isDone) => {
            setVerb(undefined);
            if (isDone) onDone();
          }}
        />
      )}
    </div>
  );
}
