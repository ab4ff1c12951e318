import { useClient } from "../../api/session.tsx";
import { complaintOf } from "../../api/problems.ts";
import { revealText } from "../../text/reveal.ts";

/** Asks what Keyward says of a key, and counts nothing. */
export function useTry(): (secret: string) => Promise<string> {
  const client = useClient();
  return async (credential) => {
    const started = performance.now();
    try {
      const { code } = await client.verify({ credential, dry_run: true });
      return revealText.tested(code, Math.round(performance.now() - started));
    } catch (error) {
      return complaintOf(error).detail;
    }
  };
}
