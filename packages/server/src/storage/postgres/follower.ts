// Brings what any node has committed to the subscribers of this one, workspace by workspace and in the order of the revs.
// A notification only wakes; what there is to tell is read by its rev (F16).
import { strict as assert } from "node:assert";
import type { CommittedChange } from "@keyward/core/feed/change";
import { parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import { OperationError } from "@keyward/core/failure/failures";
import { readCommitted } from "../sql/committed-change.ts";
import { all } from "../sql/query.ts";
import { scoped } from "../sql/scoped.ts";
import { builder, prepared, statement } from "../sql/statement.ts";
import { tenantScope } from "../storage.ts";
import type { TenantScope } from "../storage.ts";
import type { Connections } from "./connections.ts";

const REVS_PER_READ = 500;

const selectHeads = statement(
  builder.selectFrom("workspaces").select(["workspace_id", "last_rev"]),
);
const selectHead = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("workspaces").select(["workspace_id", "last_rev"]),
);
type Listener = (changes: readonly CommittedChange[]) => void;

export class Follower {
  readonly #connections: Connections;
  readonly #listeners: Listener[] = [];
  readonly #applied = new Map<WorkspaceId, number>();
  /** What is under way for each workspace: the next waits for it. */
  readonly #underWay = new Map<WorkspaceId, Promise<void>>();
  #isHeld = false;
  #failure: OperationError | undefined;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Ends with the process: someone who decides by the changes has not seen them. */
  get failure(): OperationError | undefined {
    return this.#failure;
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
    this.#isHeld = false;
  }

  /**
   * Whoever scans before they subscribe misses nothing between: what is committed after the scan is kept for them.
   *
   * @returns to be told what the scan tells
   */
  hold(): (scanned: readonly CommittedChange[]) => void {
    if (this.#listeners.length > 0) return () => {};
    this.#isHeld = true;
    return (scanned) => {
      for (const { change, workspaceId, rev } of scanned) {
        if (change.entity === "workspace") this.#applied.set(workspaceId, rev);
      }
    };
  }

  /** Takes what there is as told. */
  async begin(): Promise<void> {
    for (const { workspaceId, rev } of await this.#heads()) this.#applied.set(workspaceId, rev);
  }

  /** Tells of everything that was committed before this was called. */
  async catchUp(): Promise<void> {
    const heads = await this.#heads();
    await Promise.all(
      heads
        .filter(({ workspaceId, rev }) => rev > (this.#applied.get(workspaceId) ?? 0))
        .map(({ workspaceId, rev }) => this.#advance(workspaceId, rev, [])),
    );
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isHeld) throw new OperationError("unavailable", { detail: "nobody listens yet" });
  }

  /** The same, of one workspace. */
  async catchUpWith(workspaceId: WorkspaceId): Promise<void> {
    const scope = tenantScope(workspaceId);
    const [head] = await this.#connections.read(scope, (transaction) =>
      transaction.drive(all(selectHead({ scope }))),
    );
    await this.#advance(workspaceId, head?.last_rev ?? 0, []);
  }

  /** Tells of changes that this node has made, after those of other nodes that came before them. */
  async publish(workspaceId: WorkspaceId, changes: readonly CommittedChange[]): Promise<void> {
    const last = changes.at(-1);
    if (last !== undefined) await this.#advance(workspaceId, last.rev, changes);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #advance(
    workspaceId: WorkspaceId,
    rev: number,
    known: readonly CommittedChange[],
  ): Promise<void> {
    const before = this.#underWay.get(workspaceId);
    const turn = (before ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#go(workspaceId, rev, known));
    this.#underWay.set(workspaceId, turn);
    try {
      await turn;
    } finally {
      if (this.#underWay.get(workspaceId) === turn) this.#underWay.delete(workspaceId);
    }
  }

  async #go(
    workspaceId: WorkspaceId,
    rev: number,
    known: readonly CommittedChange[],
  ): Promise<void> {
    while (!this.#isHeld) {
      const applied = this.#applied.get(workspaceId) ?? 0;
      if (applied >= rev) return;
      const next = known.filter((change) => change.rev > applied);
      const isNext = next[0]?.rev === applied + 1;
      this.#tell(workspaceId, isNext ? next : await this.#read(workspaceId, applied));
    }
  }

  async #read(workspaceId: WorkspaceId, after: number): Promise<readonly CommittedChange[]> {
    const scope = tenantScope(workspaceId);
    const changes = await this.#connections.read(scope, (transaction) =>
      transaction.drive(readCommitted(scope, after, REVS_PER_READ)),
    );
    if (changes[0]?.rev === after + 1) return changes;
    throw this.#fail("changes were dropped before this node had read them; restart Keyward");
  }

  #tell(workspaceId: WorkspaceId, changes: readonly CommittedChange[]): void {
    const last = changes.at(-1);
    assert.ok(last !== undefined, "there is something to tell");
    try {
      for (const listener of this.#listeners) listener(changes);
    } catch (cause) {
      throw this.#fail("a subscriber failed; restart Keyward", cause);
    }
    this.#applied.set(workspaceId, last.rev);
  }

  async #heads(): Promise<readonly { readonly workspaceId: WorkspaceId; readonly rev: number }[]> {
    const rows = await this.#connections.read("*", (transaction) =>
      transaction.drive(all(selectHeads)),
    );
    return rows.flatMap(({ workspace_id, last_rev: rev }) => {
      const workspaceId = parseId("workspace", workspace_id);
      return workspaceId === undefined ? [] : [{ workspaceId, rev }];
    });
  }

  #fail(detail: string, cause?: unknown): OperationError {
    this.#failure ??= new OperationError("unavailable", { detail, cause });
    return this.#failure;
  }
}
