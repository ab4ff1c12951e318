import { partText } from "../text/parts.ts";
import { Badge } from "./badge.tsx";

/** Of what can be switched off and on again, and of what has ended for ever. */
export type State = keyof typeof partText.states;

const LOOKS = {
  active: { tone: "good", icon: "check" },
  disabled: { tone: "neutral", icon: "pause" },
  revoked: { tone: "bad", icon: "stop" },
} as const;

export function StateBadge({ state }: { readonly state: State }) {
  return <Badge {...LOOKS[state]}>{partText.states[state]}</Badge>;
}
