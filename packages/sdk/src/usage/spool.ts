// Where reports wait that nobody has taken yet, so that they outlive the process.

/** What one process has open of a spool. Nothing of it rejects but by a defect: what the disk refuses is answered. */
export interface OpenSpool {
  /** Whether the text is on the disk now; false where there is no room, or the disk fails. */
  append(text: string): Promise<boolean>;
  /** The oldest text that has not been removed, also one that an earlier process has left. */
  first(): Promise<string | undefined>;
  removeFirst(): Promise<void>;
  /** Leaves what is not removed to the next process. */
  close(): Promise<void>;
}

export interface Spool {
  /**
   * @param subject what the reports are about; those of another subject are left alone
   * @param source the random id of the process
   */
  open(subject: string, source: string): Promise<OpenSpool>;
}
