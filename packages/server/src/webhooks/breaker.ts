// Which endpoints are left alone for a while: one that fails again and again must not hold up the others.

/** Failures in a row, of whatever deliveries. */
const FAILURES_MAX = 5;
const OPEN_MS = 60_000;

interface State {
  failures: number;
  openUntilMs: number;
}

export class Breaker {
  readonly #states = new Map<string, State>();

  /** Those that are left alone at the instant; afterwards a single attempt decides. */
  open(nowMs: number): readonly string[] {
    return [...this.#states].flatMap(([id, { openUntilMs }]) => (nowMs < openUntilMs ? [id] : []));
  }

  succeeded(id: string): void {
    this.#states.delete(id);
  }

  failed(id: string, nowMs: number): void {
    const state = this.#states.get(id) ?? { failures: 0, openUntilMs: 0 };
    state.failures += 1;
    if (state.failures >= FAILURES_MAX) state.openUntilMs = nowMs + OPEN_MS;
    this.#states.set(id, state);
  }
}
