import { useSession } from "../../api/session.tsx";
import { complaintOf } from "../../api/problems.ts";
import { revealText } from "../../text/reveal.ts";

/**
 * Asks what Keyward says of a key, and counts nothing; `undefined` where one cannot ask: verifying takes a management key,
 * and a session of a browser is none.
 */
export function useTry(): ((secret: string) => Promise<string>) | undefined {
  const { client, me, can } = useSession();
  if (me.session !== null || !can("keys:verify")) return undefined;
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
