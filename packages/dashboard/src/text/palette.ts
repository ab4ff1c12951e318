export const paletteText = {
  title: "Search or go to",
  label: "A page, a name, an id, the last four characters, or a whole key",
  hint: "A pasted key is looked up without entering the address or the history.",
  nothing: "Nothing matches.",
  noSuchKey: "No key of this workspace is that one.",
  pages: "Pages",
  searching: "Searching …",
} as const;
