export const signInText = {
  title: "Sign in",
  lead: "Open your sign-in link. Keyward showed the first one when it was started for the first time; whoever manages members makes others:",
  with: (name: string) => `Sign in with ${name}`,
  again: "Sign in again in another tab; then do it again here. What you have entered stays.",
  againByLink:
    "Open a new sign-in link in another tab; then do it again here. What you have entered stays.",
  command: "How a link is made",
  or: "or, for this tab alone",
  ended: "The session has ended. Sign in again; you will be where you were.",
  key: "Management key",
  keyHint: "It stays in the memory of this tab: closing or loading it again forgets the key.",
  submit: "Sign in",
  checking: "Checking …",
} as const;
