import type { Secret } from "@keyward/sdk/client/operations.generated";
import { partText } from "../text/parts.ts";
import { Badge } from "./badge.tsx";

const TONES = {
  active: "good",
  not_yet_valid: "info",
  expired: "neutral",
  revoked: "bad",
} as const;

/** Of one secret among several. */
export function SecretStatus({ status }: Pick<Secret, "status">) {
  return (
    <Badge tone={TONES[status]} icon={status === "active" ? "check" : "clock"}>
      {partText.secretStatuses[status]}
    </Badge>
  );
}
