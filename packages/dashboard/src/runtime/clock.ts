/** The time of the visitor's machine, in milliseconds: for what is shown, never for what is decided. */
export function nowMs(): number {
  return Date.now();
}
