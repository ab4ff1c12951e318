export const partText = {
  optional: "optional",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Not copied: the text is selected, press Ctrl C or ⌘C",
  close: "Close",
  cancel: "Cancel",
  loading: "Loading …",
  never: "Never",
  firstPage: "First page",
  nextPage: "Next page",
  shown: (count: number) => (count === 1 ? "1 shown" : `${count} shown`),
  selected: (count: number) => `${count} selected`,
  selectAll: "Select all on this page",
  selectRow: (name: string) => `Select ${name}`,
  clearSelection: "Clear selection",
  clearFilters: "Clear filters",
  secretStatuses: {
    active: "Works",
    not_yet_valid: "Not yet",
    expired: "Ended",
    revoked: "Revoked",
  },
  states: { active: "Active", disabled: "Disabled", revoked: "Revoked" },
} as const;

export const overlapText = {
  overlap: "The present secret works on for",
  overlaps: {
    "0": "Not at all: it ends now",
    "900": "15 minutes",
    "3600": "1 hour",
    "86400": "24 hours",
    "604800": "7 days",
  },
  submit: "Rotate",
  busy: "Rotating …",
} as const;
