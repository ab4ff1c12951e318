const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;
const OTHER = /[^\x21-\x24\x26-\x7e]+/gu;

/**
 * Text of a tenant's choosing as a header value: printable ASCII stays, and every other character, blanks and `%` among
 * them, becomes the `%XX` of its UTF-8 bytes. `decodeURIComponent` gives the text back, and no line can be broken.
 */
export function headerText(text: string): string {
  return PLAIN.test(text) ? text : text.toWellFormed().replace(OTHER, percentEncoded);
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text);
}
