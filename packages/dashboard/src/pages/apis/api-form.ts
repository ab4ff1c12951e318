import type { Api } from "@keyward/sdk/client/operations.generated";

export type LeakReaction = Api["leak_reaction"];

export interface ApiForm {
  readonly name: string;
  readonly prefix: string;
  readonly audience: string;
  readonly scopes: string;
  readonly lifetimeDays: string;
  readonly leakReaction: LeakReaction;
}

export const EMPTY_API: ApiForm = {
  name: "",
  prefix: "",
  audience: "",
  scopes: "",
  lifetimeDays: "",
  leakReaction: "notify",
};

const DAY_SECONDS = 86_400;

export function scopesOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== "");
}

/** `null` is no end. */
export function lifetimeOf(days: string): number | null {
  return days.trim() === "" ? null : Math.round(Number(days) * DAY_SECONDS);
}

export function daysOf(seconds: number | null): string {
  return seconds === null ? "" : String(seconds / DAY_SECONDS);
}
