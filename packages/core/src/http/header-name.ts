// Names without regard to ASCII case (RFC 9110 §5.1) and without a lower-cased copy: a request has many and needs few.

/** @param lowerName lower-case letters, digits and `-` only */
export function isHeaderName(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && beginsWithName(name, lowerName);
}

/** @param lowerName as above */
export function beginsWithName(text: string, lowerName: string): boolean {
  for (let index = 0; index < lowerName.length; index++) {
    const code = text.charCodeAt(index);
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    if (lower !== lowerName.charCodeAt(index)) return false;
  }
  return true;
}
