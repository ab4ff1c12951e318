// The barrier across nodes: spec/feed.md §11. What other nodes know, and who follows them, comes by way of the storage.
import { setTimeout as delay } from "node:timers/promises";
import type { WorkspaceId } from "@keyward/core/id";
import type { Clock } from "../runtime/clock.ts";
import type { Nodes, OtherNode } from "../storage/nodes.ts";
import type { SystemStorage } from "../storage/storage.ts";
import type { BarrierState } from "./barrier.ts";
import { isWithinReach } from "./reach.ts";
import type { Reach } from "./reach.ts";
import { fenceMs, FORGET_AFTER_MS, longer, UNBOUNDED_FORGET_MS } from "./verifiers.ts";
import type { VerifierEntry, VerifierRegistry } from "./verifiers.ts";

/** How often the others are asked while somebody waits. */
const ASK_EVERY_MS = 50;

/** Those who follow one subject at one node. */
interface Group {
  readonly subject: VerifierEntry["subject"];
  readonly count: number;
  /** By all of them. */
  readonly applied: number;
  /** The longest that one of them may trust itself; `null` is without a bound. */
  readonly trustMs: number | null;
}

interface Seen {
  readonly node: OtherNode;
  /** The monotonic instant at which its mark was first seen. */
  readonly sinceMs: number;
}

export interface OtherNodesParts {
  readonly nodes: Nodes;
  readonly system: Pick<SystemStorage, "readTrustMaxes">;
  readonly registry: Pick<VerifierRegistry, "all">;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export class OtherNodes {
  readonly #parts: OtherNodesParts;
  #seen: ReadonlyMap<string, Seen> = new Map();

  constructor(parts: OtherNodesParts) {
    this.#parts = parts;
    parts.nodes.tellStanding(() => JSON.stringify(groupsOf(parts.registry.all())));
  }

  /** To be called now and then: a node that moves no more is forgotten once it, and whoever follows it, must have stopped. */
  async observe(): Promise<void> {
    if (this.#parts.nodes.trustMs !== null) await this.#look();
  }

  /**
   * Waits until the change, which is durable, holds at every other node and with all who follow them, at most for the
   * timeout. Numbers are without this node.
   */
  async wait(
    change: { readonly reach: Reach; readonly rev: number },
    timeoutMs: number,
  ): Promise<BarrierState> {
    const { nodes, clock } = this.#parts;
    const madeMs = clock.monotonicMs();
    if (nodes.trustMs === null) return { acknowledged: 0, pending: 0, effectiveMs: madeMs };
    const mark = await this.#look();
    const watched = new Set(this.#seen.keys());
    // Later than the change: whatever another node has proved without it, it has asked for before.
    const from = { mark, madeMs: clock.monotonicMs(), trustMs: await this.#trustOf(change) };
    for (;;) {
      const state = this.#stateOf(watched, change, from);
      const nowMs = clock.monotonicMs();
      const isOver = state.effectiveMs !== null && state.effectiveMs <= nowMs;
      if (state.pending === 0 || isOver || nowMs - madeMs >= timeoutMs) return state;
      nodes.nudge();
      await delay(ASK_EVERY_MS);
      await this.#look();
    }
  }

  #stateOf(
    watched: ReadonlySet<string>,
    { reach, rev }: { readonly reach: Reach; readonly rev: number },
    from: { readonly mark: number; readonly madeMs: number; readonly trustMs: number | null },
  ): BarrierState {
    let acknowledged = 0;
    let pending = 0;
    let effectiveMs: number | null = from.madeMs;
    const wait = (count: number, trustMs: number | null) => {
      pending += count;
      effectiveMs = longer(effectiveMs, fenceMs(from.madeMs, trustMs));
    };
    for (const name of watched) {
      const seen = this.#seen.get(name);
      // It has left, and nobody followed it any more.
      if (seen === undefined) continue;
      if (seen.node.mark <= from.mark) {
        wait(1, longer(this.#parts.nodes.trustMs, from.trustMs));
        continue;
      }
      acknowledged += 1;
      for (const { subject, count, applied, trustMs } of groupsFrom(seen.node.standing)) {
        if (!isWithinReach(subject, reach)) continue;
        if (applied >= rev) acknowledged += count;
        else wait(count, trustMs);
      }
    }
    return { acknowledged, pending, effectiveMs };
  }

  /** The longest that any verifier of the workspace was ever told that it may trust itself. */
  async #trustOf({ reach }: { readonly reach: Reach }): Promise<number | null> {
    const maxes: ReadonlyMap<WorkspaceId, number | null> =
      await this.#parts.system.readTrustMaxes();
    const trustMs = maxes.get(reach.workspaceId);
    return trustMs === undefined ? 0 : trustMs;
  }

  /** Answers with a mark that was drawn when this was called, or later. */
  async #look(): Promise<number> {
    const { nodes, clock } = this.#parts;
    const { mark, nodes: others } = await nodes.others();
    const nowMs = clock.monotonicMs();
    const seen = new Map<string, Seen>();
    for (const node of others) {
      const before = this.#seen.get(node.name);
      const sinceMs = before?.node.mark === node.mark ? before.sinceMs : nowMs;
      if (nowMs - sinceMs <= keptMs(node, nodes.trustMs)) seen.set(node.name, { node, sinceMs });
    }
    this.#seen = seen;
    return mark;
  }
}

function keptMs({ standing }: OtherNode, nodeTrustMs: number | null): number {
  let trustMs = nodeTrustMs;
  for (const group of groupsFrom(standing)) trustMs = longer(trustMs, group.trustMs);
  return trustMs === null ? UNBOUNDED_FORGET_MS : (fenceMs(0, trustMs) ?? 0) + FORGET_AFTER_MS;
}

function groupsOf(verifiers: Iterable<VerifierEntry>): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { subject, applied, trustMs } of verifiers) {
    const key = JSON.stringify(subject);
    const group = groups.get(key) ?? { subject, count: 0, applied, trustMs };
    groups.set(key, {
      subject,
      count: group.count + 1,
      applied: Math.min(group.applied, applied),
      trustMs: longer(group.trustMs, trustMs),
    });
  }
  return [...groups.values()];
}

/** What another node of this release, or of the one before or after it, has told. */
function groupsFrom(standing: string): readonly Group[] {
  return standing === "" ? [] : (JSON.parse(standing) as readonly Group[]);
}
