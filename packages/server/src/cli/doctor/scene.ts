// What a check has to work with, and what it may say.
import type { Answer, Gateway, Question } from "./gateway.ts";
import type { Upstream } from "./upstream.ts";

/** A key and what the gateway should make of it. */
export interface DoctorKeys {
  /** Allowed there. */
  readonly good: string;
  /** Good, but without any scope. */
  readonly without?: string;
  /** Allowed once, then out of its limit. */
  readonly once?: string;
}

export interface Scene {
  readonly gateway: Gateway;
  readonly keys: DoctorKeys | undefined;
  readonly upstream: Upstream | undefined;
}

/** `undefined` where all is well; otherwise what is wrong, in a sentence. */
export type Finding = string | undefined;

export interface Check {
  /** What should hold. */
  readonly name: string;
  /** What has to be there for it; without that the check is left out, and this says why. */
  readonly leftOut?: (scene: Scene) => string | undefined;
  readonly run: (scene: Scene) => Promise<Finding>;
}

const NO_KEY = "it needs a key: --key-file FILE, or --api PREFIX with --scope";
const NO_OWN_KEYS = "it needs keys made for it: --api PREFIX with --scope";
const NO_UPSTREAM = "it needs to stand in for the application: --upstream HOST:PORT";

export const needsKey = ({ keys }: Scene) => (keys === undefined ? NO_KEY : undefined);
export const needsOwnKeys = ({ keys }: Scene) =>
  keys?.once === undefined ? NO_OWN_KEYS : undefined;
export const needsUpstream = (scene: Scene) =>
  needsKey(scene) ?? (scene.upstream === undefined ? NO_UPSTREAM : undefined);

export function goodKey({ keys }: Scene): string {
  return keys?.good ?? "";
}

export function bearer(key: string): readonly string[] {
  return ["Authorization", `Bearer ${key}`];
}

/** Asks, and says what is wrong when the status is another. */
export async function expectStatus(
  { gateway }: Scene,
  question: Question,
  status: number,
): Promise<{ readonly answer: Answer; readonly finding: Finding }> {
  const answer = await gateway.ask(question);
  if (answer.status === status) return { answer, finding: undefined };
  return { answer, finding: `it is answered with ${answer.status}, and should be with ${status}` };
}

export function passed({ status }: Answer): boolean {
  return status >= 200 && status < 400;
}
