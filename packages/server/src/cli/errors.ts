/** The command line cannot be carried out as it was written. Nothing was changed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to write instead. */
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    super(message);
    this.fix = fix;
  }
}

/** There is no management key to ask with. */
export class NotAuthenticated extends Error {
  override readonly name = "NotAuthenticated";
}

/** Of several things some were done; which were not has been said already. */
export class PartlyDone extends Error {
  override readonly name = "PartlyDone";
}
