import { LENT_US_MAX } from "./counter.ts";
import type { At, Counter } from "./counter.ts";
import type { Limit, WindowLimit } from "./limit.ts";

/** Into how many parts a window is cut. More parts admit sooner again, at most a part late. */
const PARTS = 50;
const PART_US_PER_SECOND = 1_000_000 / PARTS;
/** Parts that are yet to come, for what was lent and is counted when it is spent at the latest. */
const PARTS_AHEAD = Math.ceil(LENT_US_MAX / PART_US_PER_SECOND) + 1;
const BUCKETS = PARTS + 1 + PARTS_AHEAD;

/**
 * Counts the parts of a window apart, and always one part more than the window has, besides those that are yet to come. Any window, wherever it begins, lies
 * within the parts that are counted, so none ever holds more than the limit.
 */
export class WindowCounter implements Counter {
  limit: WindowLimit;
  readonly #buckets = new Float64Array(BUCKETS);
  /** The part that now lies in. */
  #head = 0;
  #sum = 0;

  constructor(limit: WindowLimit) {
    this.limit = limit;
  }

  waitUs(cost: number, at: At): number {
    this.#advance(at);
    let excess = this.#sum + cost - this.limit.limit;
    if (cost === 0 || excess <= 0) return 0;
    const first = this.#head - PARTS;
    for (let index = 0, bucket = bucketOf(first); index < BUCKETS; index++) {
      excess -= this.#buckets[bucket] ?? 0;
      if (excess <= 0) return this.#endUs(first + index) - at.monotonicUs;
      bucket = after(bucket);
    }
    return Infinity;
  }

  mustAsk(): boolean {
    return false;
  }

  charge(cost: number, at: At, spentWithinUs = 0): void {
    this.#advance(at);
    const spentBy = this.#partOf(at.monotonicUs + spentWithinUs);
    this.#add(Math.max(this.#head, spentBy), cost);
  }

  settle(unused: number, chargedAt: At, at: At): void {
    this.#advance(at);
    const part = this.#partOf(chargedAt.monotonicUs);
    if (part < this.#head - PARTS) return;
    // After the limit was changed, what was charged before stands in another part.
    const taken = Math.min(unused, this.#buckets[bucketOf(part)] ?? 0);
    this.#add(part, -taken);
  }

  remaining(at: At): number {
    this.#advance(at);
    return Math.max(0, this.limit.limit - this.#sum);
  }

  refillsInUs(at: At): number | undefined {
    this.#advance(at);
    const first = this.#head - PARTS;
    for (let index = 0, bucket = bucketOf(first); index < BUCKETS; index++) {
      if ((this.#buckets[bucket] ?? 0) > 0) return this.#endUs(first + index) - at.monotonicUs;
      bucket = after(bucket);
    }
    return undefined;
  }

  isAsNew(at: At): boolean {
    this.#advance(at);
    return this.#sum === 0;
  }

  /** Of a window of another length, everything counts as if it had come last: late, and never too much. */
  adopt(limit: Limit): void {
    if (limit.kind !== "window") return;
    const isSameLength = limit.window_seconds === this.limit.window_seconds;
    const lastUs = (this.#lastPart() + 1) * this.#partUs - 1;
    this.limit = limit;
    if (isSameLength) return;
    const sum = this.#sum;
    this.#buckets.fill(0);
    this.#sum = 0;
    this.#head = Math.floor(lastUs / this.#partUs);
    this.#add(this.#head, sum);
  }

  get #partUs(): number {
    return this.limit.window_seconds * PART_US_PER_SECOND;
  }

  #partOf(monotonicUs: number): number {
    return Math.floor(monotonicUs / this.#partUs);
  }

  /** When what was counted in a part has left every window. */
  #endUs(part: number): number {
    return (part + PARTS + 1) * this.#partUs;
  }

  /** The last part in which anything is counted, or the one that now lies in. */
  #lastPart(): number {
    let part = this.#head + PARTS_AHEAD;
    while (part > this.#head && (this.#buckets[bucketOf(part)] ?? 0) === 0) part--;
    return part;
  }

  #add(part: number, units: number): void {
    const bucket = bucketOf(part);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + units;
    this.#sum += units;
  }

  /** Forgets the parts that have left every window that ends now or later. */
  #advance(at: At): void {
    const head = this.#partOf(at.monotonicUs);
    if (head <= this.#head) return;
    if (this.#sum > 0) {
      const last = Math.min(head, this.#head + BUCKETS);
      for (let part = this.#head + 1; part <= last; part++) {
        const bucket = bucketOf(part - PARTS - 1);
        this.#sum -= this.#buckets[bucket] ?? 0;
        this.#buckets[bucket] = 0;
      }
    }
    this.#head = head;
  }
}

/** A remainder of numbers that are as large as parts is slow, and each verdict looks at all of them. */
function after(bucket: number): number {
  return bucket + 1 === BUCKETS ? 0 : bucket + 1;
}

/** Parts before the first one are below zero, and hold nothing. */
function bucketOf(part: number): number {
  return ((part % BUCKETS) + BUCKETS) % BUCKETS;
}
