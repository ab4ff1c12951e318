// A limit while it is edited: numbers are texts, and what the form does not show stays as it was.
import type { Limit, PlansCreateBody } from "@keyward/sdk/client/operations.generated";

export type LimitKind = Limit["kind"];
type LimitInput = PlansCreateBody["limits"][number];

export interface LimitForm {
  readonly kind: LimitKind;
  readonly name: string;
  /** Units: the rate, or the limit. */
  readonly amount: string;
  /** Of a rate or a window. */
  readonly seconds: string;
  readonly burst: string;
  readonly period: "day" | "week" | "month" | "year";
  /** As it was read; `undefined` for a new one. */
  readonly before: Limit | undefined;
}

export const NEW_LIMIT: LimitForm = {
  kind: "rate",
  name: "requests",
  amount: "100",
  seconds: "60",
  burst: "100",
  period: "month",
  before: undefined,
};

export function formOfLimit(limit: Limit): LimitForm {
  return {
    ...NEW_LIMIT,
    kind: limit.kind,
    name: limit.name,
    amount: String(limit.kind === "rate" ? limit.rate : limit.limit),
    ...(limit.kind === "rate"
      ? { seconds: String(limit.per_seconds), burst: String(limit.burst) }
      : {}),
    ...(limit.kind === "window" ? { seconds: String(limit.window_seconds) } : {}),
    ...(limit.kind === "quota" ? { period: limit.period } : {}),
    before: limit,
  };
}

export function limitOf(form: LimitForm): LimitInput {
  const { kind, name, period, before } = form;
  const kept = before?.kind === kind ? before : undefined;
  const amount = Number(form.amount);
  const seconds = Number(form.seconds);
  switch (kind) {
    case "rate":
      return { ...kept, kind, name, rate: amount, per_seconds: seconds, burst: Number(form.burst) };
    case "window":
      return { ...kept, kind, name, limit: amount, window_seconds: seconds };
    case "quota":
      return { ...kept, kind, name, limit: amount, period };
    case "concurrency":
    case "credits":
      return { ...kept, kind, name, limit: amount };
  }
}
