// Headers as they came: a parsed object has already joined or dropped the duplicates (T27).

/** The value of the first line with this name, given in lower case. */
export function headerOf(rawHeaders: readonly string[], lowerName: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === lowerName) return rawHeaders[index + 1] ?? "";
  }
  return undefined;
}

/** The values of all lines with this name, given in lower case, in their order. */
export function headerLines(rawHeaders: readonly string[], lowerName: string): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === lowerName) lines.push(rawHeaders[index + 1] ?? "");
  }
  return lines;
}
