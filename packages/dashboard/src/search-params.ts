// The state of a page is in its address, as plain texts.

export type Texts<Name extends string> = { readonly [Key in Name]?: string | undefined };

/** Keeps the parameters that a page knows, and drops the rest. */
export function textsOf<const Name extends string>(...names: readonly Name[]) {
  return (search: Readonly<Record<string, unknown>>): Texts<Name> => {
    const known = names.flatMap((name) => {
      const value = search[name];
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    });
    return Object.fromEntries(known) as Texts<Name>;
  };
}

export function searchOf(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    typeof value === "string" && value !== "" ? [[name, value]] : [],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}
