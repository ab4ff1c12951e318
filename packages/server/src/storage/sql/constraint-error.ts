/** Thrown when a row was refused. `constraint` names a unique one as PostgreSQL names it by default. */
export class ConstraintError extends Error {
  override readonly name = "ConstraintError";
  readonly kind: "unique" | "foreign_key" | "other";
  readonly constraint: string;

  constructor(kind: ConstraintError["kind"], constraint: string, cause: unknown) {
    super(`the ${kind} constraint ${constraint} refused a row`, { cause });
    this.kind = kind;
    this.constraint = constraint;
  }
}
