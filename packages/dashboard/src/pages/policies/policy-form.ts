// A policy while it is edited: what the API takes, as texts and choices.
import type { PoliciesUpdateBody, Policy } from "@keyward/sdk/client/operations.generated";
import { scopesOf } from "../apis/api-form.ts";

export type PolicyKind = NonNullable<Policy["kind"]>;
export type RestrictionName = Policy["required_restrictions"][number];

export interface PolicyForm {
  readonly name: string;
  /** Empty is every one but Keyward's own. */
  readonly api: string;
  readonly kind: PolicyKind | "";
  readonly lifetimeMaxDays: string;
  readonly lifetimeDefaultDays: string;
  readonly idleDays: string;
  readonly restrictions: readonly RestrictionName[];
  readonly forbidden: string;
  readonly approval: boolean;
}

export const EMPTY_POLICY: PolicyForm = {
  name: "",
  api: "",
  kind: "",
  lifetimeMaxDays: "",
  lifetimeDefaultDays: "",
  idleDays: "",
  restrictions: [],
  forbidden: "",
  approval: false,
};

const DAY_SECONDS = 86_400;

export function formOfPolicy(policy: Policy): PolicyForm {
  return {
    name: policy.name,
    api: policy.api ?? "",
    kind: policy.kind ?? "",
    lifetimeMaxDays: daysOf(policy.lifetime_seconds_max),
    lifetimeDefaultDays: daysOf(policy.lifetime_seconds_default),
    idleDays: daysOf(policy.idle_seconds),
    restrictions: policy.required_restrictions,
    forbidden: policy.forbidden_scopes.join("\n"),
    approval: policy.approval,
  };
}

/** The name and the rules: of what it speaks is settled when it is made. */
export function rulesOf(form: PolicyForm): PoliciesUpdateBody & { readonly name: string } {
  return {
    name: form.name.trim(),
    lifetime_seconds_max: secondsOf(form.lifetimeMaxDays),
    lifetime_seconds_default: secondsOf(form.lifetimeDefaultDays),
    idle_seconds: secondsOf(form.idleDays),
    required_restrictions: form.restrictions,
    forbidden_scopes: scopesOf(form.forbidden),
    approval: form.approval,
  };
}

function daysOf(seconds: number | null): string {
  return seconds === null ? "" : String(seconds / DAY_SECONDS);
}

function secondsOf(days: string): number | null {
  return days.trim() === "" ? null : Math.round(Number(days) * DAY_SECONDS);
}
