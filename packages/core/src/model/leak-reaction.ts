/** What becomes of a key whose secret somebody has found where it does not belong: spec/leaks.md §3. */
export const LEAK_REACTIONS = ["notify", "restrict", "quarantine", "revoke", "rotate"] as const;
export type LeakReaction = (typeof LEAK_REACTIONS)[number];
