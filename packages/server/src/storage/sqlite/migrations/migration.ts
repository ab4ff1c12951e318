/**
 * One step of the schema. Steps are numbered from 1, run once each, in a transaction, and never back.
 * docs/decisions/0004-one-step-of-skew.md says what `compatible` promises.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Whether the release before this step can work on the schema after it. */
  readonly compatible: boolean;
  readonly sql: string;
}
