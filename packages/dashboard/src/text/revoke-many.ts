export const revokeManyText = {
  open: "Revoke all of these …",
  title: "Revoke every key that matches",
  lead: "All keys that the filters mean, on every page of the list, are refused from now on. There is no way back.",
  filters: "What is meant",
  names: { api: "API", owner: "Owner", role: "Role", environment: "Environment", kind: "Type" },
  spared:
    "Management keys are meant only where Keyward’s own API is chosen, and never the one that asks.",
  matched: (count: string) => `${count} keys match`,
  sample: "The newest of them:",
  none: "No key matches that is not revoked already.",
  reason: "Reason",
  confirm: (count: number) => `Type ${count} to confirm`,
  submit: (count: string) => `Revoke ${count} keys for ever`,
  beginning: "Beginning …",
  progress: (done: string, all: string) => `${done} of ${all} revoked`,
  finished: "All of them are revoked.",
  cancelled: "Stopped. What was revoked stays so.",
  stop: "Stop",
  goesOn: "It goes on by itself when this is closed, also after a restart.",
  verifiers: (acknowledged: number, all: number) =>
    `Refused on ${acknowledged} of ${all} verifiers.`,
} as const;
