export const revealText = {
  created: "Your new key",
  rotated: "The new secret",
  announced: {
    key: "A secret key, shown this once.",
    link: "A sign-in link, shown this once.",
    client: "A client’s secret, shown this once.",
    signing: "A signing secret, shown this once.",
  },
  warnings: {
    key: "This is the only time that the whole key is shown. Keyward keeps a digest of it, and cannot show it again.",
    link: "This is the only time that the link is shown.",
    client:
      "This is the only time that the whole secret is shown. Keyward keeps a digest of it, and cannot show it again.",
    signing: "This is the only time that the signing secret is shown.",
  },
  names: { key: "Key", link: "Link", client: "Secret", signing: "Signing secret" },
  copies: {
    key: "Copy key",
    link: "Copy link",
    client: "Copy secret",
    signing: "Copy signing secret",
  },
  copied: "Copied",
  failed:
    "Not copied: this browser gives the page no clipboard. The key is selected; press Ctrl C or ⌘C.",
  show: "Show",
  hide: "Hide",
  asEnv: "Copy as .env",
  asCurl: "Copy as curl",
  download: "Download .env",
  test: "Try it",
  testing: "Trying …",
  tested: (outcome: string, ms: number) => `Keyward says ${outcome}, in ${ms} ms.`,
  done: "I have stored it",
  sure: "You have not copied it. Once this closes, nobody can show it again.",
  back: "Back to it",
  closeAnyway: "Close without it",
  wiped:
    "It was wiped from this page when you left it. If you have not stored it, rotate the key, or make another link.",
  oldUntil: "The secret before it works until",
  oldEnded: "The secret before it has stopped working.",
} as const;
