import type { Row } from "./suite.ts";

/** One side of a comparison: given fresh inputs, does its work on each. Returns something, so that the work is not optimised away. */
export type Side<Input> = (inputs: readonly Input[]) => number;

export interface Paired<Input> {
  readonly name: string;
  readonly rounds: number;
  /** Makes the inputs of one side of one round, outside of the time taken. Both sides of a round get equal ones. */
  inputs(round: number): readonly Input[];
  /** Before each round, for what goes on beside it. */
  readonly pause?: () => Promise<void>;
  readonly subject: Side<Input>;
  readonly baseline: Side<Input>;
}

/** Rounds before the measured ones, for the compiler to settle. */
const WARM_UP_ROUNDS = 200;

/** Of all rounds, the share that counts as undisturbed: another process only ever adds time. */
const QUIET_SHARE = 0.05;

/**
 * Runs both sides in turn, many short rounds each, and compares what each takes when nothing disturbs it: the rounds are
 * shorter than the time that an operating system gives to anybody else, so some of them are whole on any machine.
 */
export async function comparePaired<Input>(paired: Paired<Input>): Promise<Row> {
  const subjects: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + paired.rounds; round++) {
    await paired.pause?.();
    const subjectFirst = round % 2 === 0;
    const first = time(subjectFirst ? paired.subject : paired.baseline, paired.inputs(round));
    const second = time(subjectFirst ? paired.baseline : paired.subject, paired.inputs(round));
    if (round < WARM_UP_ROUNDS) continue;
    const [subject, baseline] = subjectFirst ? [first, second] : [second, first];
    subjects.push(subject);
    baselines.push(baseline);
  }
  const [value, baseline] = [quiet(subjects), quiet(baselines)];
  return { name: paired.name, value, unit: "ns", baseline, ratio: value / baseline };
}

function quiet(times: readonly number[]): number {
  const ascending = times.toSorted((left, right) => left - right);
  return ascending[Math.floor(ascending.length * QUIET_SHARE)] ?? Number.NaN;
}

let sink = 0;

/** Nanoseconds for each input. */
function time<Input>(side: Side<Input>, inputs: readonly Input[]): number {
  const start = process.hrtime.bigint();
  sink ^= side(inputs);
  const elapsed = Number(process.hrtime.bigint() - start);
  if (Number.isNaN(sink)) throw new Error("a side of the comparison returned no number");
  return elapsed / inputs.length;
}

/** So many numbers below `among`, the same for both sides of a round. */
export function pick(round: number, count: number, among: number): readonly number[] {
  let state = Math.imul(round + 1, 0x9e3779b9) | 1;
  return Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % among;
  });
}
