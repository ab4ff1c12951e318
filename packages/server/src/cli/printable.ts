/** Controls, and the format characters that reorder or hide text; the joiners that emoji and Persian need stay. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;
/** What `JSON.stringify` leaves as it is, and a terminal may obey. */
const UNESCAPED = /[\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu;

/** Text from elsewhere as one line that a terminal shows and never obeys (T57). */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "\ufffd");
}

/** JSON that a terminal shows and never obeys, and that reads back as it was (T57). */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, undefined, indent).replace(UNESCAPED, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
