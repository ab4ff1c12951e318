// This node among the others: it looks at what they have committed, proves by that how fresh it is, and tells how far it has
// come. Marks come from a sequence and no clock, so that a clock that jumps cannot make one node take another for fresh.
import { randomBytes } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import { all, find, run } from "../sql/query.ts";
import { words } from "../sql/statement.ts";
import type { Statement } from "../sql/statement.ts";
import type { Duty, Nodes, OtherNode } from "../nodes.ts";
import type { Announcements } from "./announcements.ts";
import type { Connections } from "./connections.ts";
import type { Follower } from "./follower.ts";

/** How often a node looks, whatever it was told (F16). */
const LOOK_EVERY_MS = 1_000;
/** A node whose last look began longer ago than this decides nothing by itself. */
export const NODE_TRUST_MS = 5_000;
const NODE_NAME_BYTES = 8;

export interface SharedNodesParts {
  readonly connections: Connections;
  readonly follower: Follower;
  readonly announcements: Pick<Announcements, "listen" | "nudge">;
  readonly clock: Clock;
  /** How the last attempt to write something went. */
  readonly onWritten: (error: unknown) => void;
}

export class SharedNodes implements Nodes {
  readonly trustMs = NODE_TRUST_MS;
  readonly #parts: SharedNodesParts;
  readonly #name = `node_${randomBytes(NODE_NAME_BYTES).toString("hex")}`;
  #provedMs = Number.NEGATIVE_INFINITY;
  #standing: () => string = () => "";
  #looking: Promise<void> | undefined;
  /** Asked for while a look is under way, which may have begun before the question. */
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasLeft = false;

  constructor(parts: SharedNodesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    this.look();
  }

  /** Looks soon; what goes wrong shows in {@link isFresh}. */
  look(): void {
    this.catchUp().catch(() => {});
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  isFresh(): boolean {
    const { clock, follower } = this.#parts;
    return follower.failure === undefined && clock.monotonicMs() - this.#provedMs <= NODE_TRUST_MS;
  }

  catchUp(): Promise<void> {
    if (this.#looking === undefined) {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
      });
      return this.#looking;
    }
    this.#next ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.catchUp();
      });
    return this.#next;
  }

  tellStanding(standing: () => string): void {
    this.#standing = standing;
  }

  nudge(): void {
    this.#parts.announcements.nudge();
  }

  async others(): Promise<{ mark: number; nodes: readonly OtherNode[] }> {
    const rows = await this.#parts.connections.write("*", (transaction) =>
      transaction.drive(all(selectOthers(this.#name))),
    );
    // One row at least: the mark itself.
    const mark = rows[0]?.drawn ?? 0;
    const nodes = rows.flatMap(({ node, mark, standing }) =>
      node === null ? [] : [{ name: node, mark: mark ?? 0, standing: standing ?? "" }],
    );
    return { mark, nodes };
  }

  async hasDuty(name: Duty, seconds: number): Promise<boolean> {
    const taken = await this.#parts.connections.write("*", (transaction) =>
      transaction.drive(run(takeDuty(name, this.#name, seconds))),
    );
    return taken === 1;
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    await this.#looking?.catch(() => {});
    await this.#parts.connections
      .write("*", (transaction) => transaction.drive(run(deleteNode(this.#name))))
      .catch(() => {});
  }

  async #look(): Promise<void> {
    const { connections, follower, announcements, clock, onWritten } = this.#parts;
    await announcements.listen();
    try {
      const beganMs = clock.monotonicMs();
      // A database that cannot be written to may be one that others have left behind, and proves nothing.
      const drawn = await connections.write("*", (transaction) =>
        transaction.drive(find(drawMark)),
      );
      await follower.catchUp();
      this.#provedMs = beganMs;
      if (this.#hasLeft) return;
      const own = upsertNode(this.#name, drawn?.mark ?? 0, this.#standing());
      await connections.write("*", (transaction) => transaction.drive(run(own)));
      onWritten(undefined);
    } catch (error) {
      onWritten(error);
      throw error;
    }
  }
}

const drawMark = words<{ mark: number }>("select nextval('marks') as mark");

function selectOthers(name: string): Statement<{
  drawn: number;
  node: string | null;
  mark: number | null;
  standing: string | null;
}> {
  return withParameters(
    `select drawn, node, mark, standing from (select nextval('marks') as drawn) m
     left join nodes on node <> $1`,
    [name],
  );
}

function upsertNode(name: string, mark: number, standing: string): Statement<unknown> {
  return withParameters(
    `insert into nodes (node, mark, seen_at, standing) values ($1, $2, now(), $3)
     on conflict (node) do update set mark = excluded.mark, seen_at = excluded.seen_at, standing = excluded.standing`,
    [name, mark, standing],
  );
}

function deleteNode(name: string): Statement<unknown> {
  return withParameters("delete from nodes where node = $1", [name]);
}

function takeDuty(duty: Duty, name: string, seconds: number): Statement<unknown> {
  return withParameters(
    `insert into duties (name, node, until) values ($1, $2, now() + $3 * interval '1 second')
     on conflict (name) do update set node = excluded.node, until = excluded.until
     where duties.node = excluded.node or duties.until < now()`,
    [duty, name, seconds],
  );
}

function withParameters<Row>(sql: string, parameters: readonly unknown[]): Statement<Row> {
  return { in: () => ({ sql, parameters }) };
}
