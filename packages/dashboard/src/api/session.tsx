// Who is signed in. A management key that was typed in lives in this module's memory and nowhere else (K4).
import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { createClient } from "@keyward/sdk/client";
import type { Client } from "@keyward/sdk/client";
import { compileGrants, covers } from "@keyward/core/scope/scope";

export interface Identity {
  readonly workspaceName: string;
  readonly memberName: string | undefined;
  readonly permissions: readonly string[];
}

export interface SignedIn {
  readonly client: Client;
  readonly identity: Identity;
  /** Whether a management key is granted this, such as `keys:write`. */
  readonly can: (permission: string) => boolean;
  readonly signOut: () => void;
}

interface SignInDoor {
  readonly session: SignedIn | undefined;
  readonly ended: boolean;
  /** @throws KeywardError, KeywardUnavailable */
  readonly signInWithKey: (key: string) => Promise<void>;
  /** The server no longer knows us. */
  readonly end: () => void;
}

const DoorContext = createContext<SignInDoor | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [session, setSession] = useState<SignedIn>();
  const [ended, setEnded] = useState(false);
  const signOut = useCallback(() => setSession(undefined), []);
  const end = useCallback(() => {
    setSession(undefined);
    setEnded(true);
  }, []);
  const signInWithKey = useCallback(
    async (key: string) => {
      const client = createClient({ url: location.origin, token: key });
      const identity = await identify(client);
      setEnded(false);
      setSession(signedIn(client, identity, signOut));
    },
    [signOut],
  );
  const door = useMemo(
    () => ({ session, ended, signInWithKey, end }),
    [session, ended, signInWithKey, end],
  );
  return <DoorContext value={door}>{children}</DoorContext>;
}

export function useSignInDoor(): SignInDoor {
  const door = useContext(DoorContext);
  if (door === undefined) throw new Error("outside of the session provider");
  return door;
}

/** Only below what is shown to who is signed in. */
export function useSession(): SignedIn {
  const { session } = useSignInDoor();
  if (session === undefined) throw new Error("nobody is signed in");
  return session;
}

export function useClient(): Client {
  return useSession().client;
}

function signedIn(client: Client, identity: Identity, signOut: () => void): SignedIn {
  const grants = compileGrants(identity.permissions);
  return { client, identity, can: (permission) => covers(grants, permission), signOut };
}

async function identify(client: Client): Promise<Identity> {
  const { data } = await client.workspaces.list({ limit: 1 });
  return { workspaceName: data[0]?.name ?? "Keyward", memberName: undefined, permissions: ["*"] };
}
