import { KeywardUnavailable } from "../client/errors.ts";

/**
 * The lines of a body, as they come. Throws `KeywardUnavailable` when one is longer than `charsMax` or is no UTF-8, and when
 * the body ends in the middle of one; and whatever the body fails with. Whoever stops early closes the body.
 */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
  charsMax: number,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decode(decoder, value)).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > charsMax) throw unreadable("a line is too long");
      for (const line of lines) {
        if (line.length > charsMax) throw unreadable("a line is too long");
        yield line;
      }
    }
    if (rest !== "") throw new KeywardUnavailable("network", "the feed broke off inside a line");
  } finally {
    // Of a body that has failed already this is told the same once more.
    reader.cancel().catch(() => undefined);
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    throw unreadable("it is not UTF-8");
  }
}

function unreadable(why: string): KeywardUnavailable {
  return new KeywardUnavailable("unrecognised", `the feed cannot be read: ${why}`);
}
