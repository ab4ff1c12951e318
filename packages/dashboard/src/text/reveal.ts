export const revealText = {
  created: "Your new key",
  rotated: "The new secret",
  announced: "A secret key, shown this once.",
  warning:
    "This is the only time that the whole key is shown. Keyward keeps a digest of it, and cannot show it again.",
  key: "Key",
  copy: "Copy key",
  copied: "Copied",
  failed:
    "Not copied: this browser gives the page no clipboard. The key is selected; press Ctrl C or ⌘C.",
  show: "Show",
  hide: "Hide",
  asEnv: "Copy as .env",
  asCurl: "Copy as curl",
  asDocker: "Copy as docker run",
  download: "Download .env",
  test: "Try it",
  testing: "Trying …",
  tested: (outcome: string, ms: number) => `Keyward says ${outcome}, in ${ms} ms.`,
  done: "I have stored it",
  sure: "You have not copied the key. Once this closes, nobody can show it again.",
  back: "Back to the key",
  closeAnyway: "Close without it",
  wiped:
    "The key was wiped from this page when you left it. If you have not stored it, rotate the key to get another secret.",
  oldUntil: "The secret before it works until",
  oldEnded: "The secret before it has stopped working.",
} as const;
