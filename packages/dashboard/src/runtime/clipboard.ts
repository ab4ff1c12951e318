/**
 * Puts a text on the clipboard. A page that came over plain http from another machine has no clipboard, and a browser may
 * refuse: only `true` means that the text is there.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
