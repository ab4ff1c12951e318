// The part of the storage port that is about the other nodes on the same storage: spec/feed.md §10.

/** How far a node has come. */
export interface OtherNode {
  readonly name: string;
  /**
   * The mark that it drew before it last looked at what there is: whatever was durable when a lower mark was drawn, it has
   * applied.
   */
  readonly mark: number;
  /** What it last had to say of those who follow it. */
  readonly standing: string;
}

/** What one node does for all. */
export type Duty = "first start" | "tidying" | "webhooks" | "slices";

export interface Nodes {
  /** How long after its last proof a node may decide by what it holds; `null` of a node that has the storage alone. */
  readonly trustMs: number | null;
  /** Whether this node may decide by what it holds. */
  isFresh(): boolean;
  /**
   * Answers when the subscribers have seen everything that any node had committed before this was called.
   *
   * @throws OperationError `unavailable`
   */
  catchUp(): Promise<void>;
  /** What this node tells of those who follow it, asked at each look. */
  tellStanding(standing: () => string): void;
  /** Has the other nodes look at once, as far as they hear of it; they look each second anyway. */
  nudge(): void;
  /** Draws a mark that is above all others, and reads how far the other nodes have come. */
  others(): Promise<{ readonly mark: number; readonly nodes: readonly OtherNode[] }>;
  /** Whether this node is the one that does this, for so long. Asked again before each piece of it. */
  hasDuty(name: Duty, seconds: number): Promise<boolean>;
  /** Ends what others expect of this node: to be called once nobody follows it any more. */
  leave(): Promise<void>;
}

/** Of a storage that one node has alone. */
export const SOLE_NODE: Nodes = {
  trustMs: null,
  isFresh: () => true,
  catchUp: () => Promise.resolve(),
  tellStanding: () => {},
  nudge: () => {},
  others: () => Promise.resolve({ mark: 0, nodes: [] }),
  hasDuty: () => Promise.resolve(true),
  leave: () => Promise.resolve(),
};
