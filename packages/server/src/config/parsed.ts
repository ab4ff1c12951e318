/** What became of a setting's text. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

export function ok<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

/** The value is not repeated: it may be a secret in the wrong place. */
export function problem(text: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: text };
}
