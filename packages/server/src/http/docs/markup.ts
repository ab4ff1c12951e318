// HTML that is safe by construction: whatever is put into a template is text, unless it is HTML already.

/** A piece of finished HTML. Only {@link markup} makes one. */
export class Html {
  readonly #text: string;

  constructor(strings: readonly string[], values: readonly Content[]) {
    this.#text = strings.map((part, index) => part + render(values[index])).join("");
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Html | string | number | undefined | false | readonly Content[];

export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings, values);
}

/** Text in which `backticks` mark code and a blank line ends a paragraph, as the contract writes it. */
export function prose(text: string): readonly Html[] {
  return text.split(/\n\n+/).map((paragraph) => markup`<p>${inline(paragraph)}</p>`);
}

export function inline(text: string): readonly Content[] {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

function render(value: Content): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(render).join("");
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
