/** What is known of a request besides what the framework gives: as it came, before anything joined or dropped a header. */
export interface RequestFacts {
  /** Name, value, name, value, …, as they came. */
  readonly rawHeaders: readonly string[];
  /** The address at the other end of the connection; empty when it is already gone. */
  readonly peer: string;
  readonly requestId: string;
  /** Closes the connection, whatever waits in it. */
  readonly cut: () => void;
}
