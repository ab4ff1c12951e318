/** The longest path that is looked at, in characters. */
export const PATH_LENGTH_MAX = 8192;

const SLASH = 0x2f;
const PERCENT = 0x25;
const ESCAPE = /^%[0-9A-Fa-f]{2}$/;

/** Characters that some server treats as a separator, a parameter or the end of the path: raw ones first. */
const FORBIDDEN_RAW = codesOf("\\;#?");
/** What an escape must not hide: a dot, a separator, or a second escape that a second decoding would reveal. */
const FORBIDDEN_ESCAPED = codesOf("./\\;%");

/**
 * Whether every server reads the path alike, so that what was compared here is what is served there (T26). False for
 * paths that are not absolute, for empty and dot segments, backslashes, semicolons, bytes outside printable ASCII, and
 * escapes of a dot, a separator, a percent sign, a control character, or of anything that is not UTF-8.
 *
 * The path is without its query string. Runs in time linear to its length.
 */
export function isUnambiguousPath(path: string): boolean {
  if (path.length > PATH_LENGTH_MAX || path.charCodeAt(0) !== SLASH) return false;
  let segmentStart = 1;
  for (let index = 1; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    if (code === SLASH) {
      if (index === segmentStart || isDotSegment(path, segmentStart, index)) return false;
      segmentStart = index + 1;
    } else if (code === PERCENT) {
      if (!isHarmlessEscape(path.slice(index, index + 3))) return false;
    } else if (code <= 0x20 || code >= 0x7f || FORBIDDEN_RAW.has(code)) {
      return false;
    }
  }
  return !isDotSegment(path, segmentStart, path.length) && isDecodable(path);
}

function isDotSegment(path: string, start: number, end: number): boolean {
  const length = end - start;
  return (length === 1 || length === 2) && path.startsWith(length === 1 ? "." : "..", start);
}

function isHarmlessEscape(escape: string): boolean {
  if (!ESCAPE.test(escape)) return false;
  const code = Number.parseInt(escape.slice(1), 16);
  return code >= 0x20 && code !== 0x7f && !FORBIDDEN_ESCAPED.has(code);
}

/** An overlong UTF-8 form such as `%c0%af` is a slash to a lenient decoder; the strict one refuses it. */
function isDecodable(path: string): boolean {
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function codesOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}
