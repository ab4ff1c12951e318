export const signInText = {
  title: "Sign in to Keyward",
  lead: "With a management key. It stays in this tab’s memory: closing or loading the tab again forgets it.",
  ended: "The session has ended. Sign in again; you will be where you were.",
  key: "Management key",
  keyHint:
    "Keyward showed the first one when it was started for the first time, or wrote it to a file.",
  submit: "Sign in",
  checking: "Checking …",
  notAKey: "That is not a whole management key: it starts with keyward_live_.",
} as const;
