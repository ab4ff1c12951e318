import type { Policy } from "@keyward/sdk/client/operations.generated";
import { policiesText } from "../../text/policies.ts";

const DAY_SECONDS = 86_400;

/** What a policy asks, as one would say it: "ends within 90 days, never invoices:delete". */
export function policySentence(policy: Policy): string {
  const { asks, asksNothing, restrictionNames } = policiesText;
  const names = policy.required_restrictions.map((name) => restrictionNames[name]);
  const parts = [
    policy.lifetime_seconds_max !== null && asks.lifetimeMax(days(policy.lifetime_seconds_max)),
    policy.lifetime_seconds_default !== null &&
      asks.lifetimeDefault(days(policy.lifetime_seconds_default)),
    policy.idle_seconds !== null && asks.idle(days(policy.idle_seconds)),
    names.length > 0 && asks.restrictions(names.join(", ")),
    policy.forbidden_scopes.length > 0 && asks.forbidden(policy.forbidden_scopes.join(", ")),
    policy.approval && asks.approval,
  ].filter((part) => part !== false);
  return parts.length === 0 ? asksNothing : parts.join(", ");
}

/** "Secret keys, acme". */
export function subjectOf({ api, kind }: Policy): string {
  const kinds = kind === null ? policiesText.everyKind : policiesText.kinds[kind];
  return `${kinds}, ${api ?? policiesText.everyApi}`;
}

function days(seconds: number): string {
  return policiesText.days(Math.round((seconds / DAY_SECONDS) * 100) / 100);
}
