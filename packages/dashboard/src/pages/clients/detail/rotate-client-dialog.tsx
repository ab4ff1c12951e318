import { useState } from "react";
import type { Client, RotatedClient } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { OverlapDialog } from "../../../parts/overlap-dialog.tsx";
import { clientsText } from "../../../text/clients.ts";
import { RevealClient } from "../reveal-client.tsx";
import type { ClientPartProps } from "./client-page.tsx";

interface RotateClientDialogProps extends ClientPartProps {
  readonly onClose: () => void;
}

export function RotateClientDialog({ of, onChanged, onClose }: RotateClientDialogProps) {
  const api = useClient();
  const [rotated, setRotated] = useState<RotatedClient>();
  const force = isRotating(of);
  if (rotated !== undefined) {
    const { secret } = rotated;
    return (
      <RevealClient title={clientsText.rotated} of={rotated} secret={secret} onClose={onClose} />
    );
  }
  return (
    <OverlapDialog
      title={clientsText.rotateTitle}
      lead={clientsText.rotateLead}
      warning={force ? clientsText.running : undefined}
      onRotate={async (overlap_seconds) => {
        const answer = await api.clients.rotate(of.id, { overlap_seconds, force });
        setRotated(answer);
        const { secret: _secret, previous: _previous, ...changed } = answer;
        // Only the client goes into the cache; the secret stays here (K4).
        onChanged(changed);
      }}
      onClose={onClose}
    />
  );
}

/** Whether an overlap runs: more than one secret works, and one of them ends. */
function isRotating({ secrets }: Client): boolean {
  const working = secrets.filter(({ status }) => status === "active");
  return working.length > 1 && working.some(({ expires_at }) => expires_at !== null);
}
