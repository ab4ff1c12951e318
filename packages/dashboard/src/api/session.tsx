// Who is signed in: a browser's session or, until there is one, a management key that was typed in, which lives in this
// module's memory and nowhere else (K4).
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { createClient, createSessionClient, KeywardError } from "@keyward/sdk/client";
import type { Client } from "@keyward/sdk/client";
import type { Me } from "@keyward/sdk/client/operations.generated";
import { compileGrants, covers } from "@keyward/core/scope/scope";
import { complaintOf } from "./problems.ts";
import type { Complaint } from "./problems.ts";
import { endSession, followLink, takeLinkToken } from "./sign-in.ts";

export interface SignedIn {
  readonly client: Client;
  readonly me: Me;
  /** Whether a management key is granted this, such as `keys:write`. */
  readonly can: (permission: string) => boolean;
  readonly signOut: () => void;
}

/** `checking`: whether the browser has a session is being asked. */
type State =
  | { readonly kind: "checking" }
  | { readonly kind: "signed_out"; readonly complaint?: Complaint; readonly isEnded?: boolean }
  | { readonly kind: "signed_in"; readonly client: Client; readonly me: Me };

interface SignInDoor {
  readonly state: State;
  readonly session: SignedIn | undefined;
  /** @throws KeywardError, KeywardUnavailable */
  readonly signInWithKey: (key: string) => Promise<void>;
  /** The server no longer knows us. */
  readonly end: () => void;
  readonly retry: () => void;
}

const DoorContext = createContext<SignInDoor | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: "checking" });
  useEffect(() => {
    let isCurrent = true;
    void firstState().then((state) => isCurrent && setState(state));
    return () => {
      isCurrent = false;
    };
  }, []);
  const signInWithKey = useCallback(async (key: string) => {
    const client = createClient({ url: location.origin, token: key });
    setState({ kind: "signed_in", client, me: await client.me() });
  }, []);
  const end = useCallback(() => setState({ kind: "signed_out", isEnded: true }), []);
  const retry = useCallback(() => {
    setState({ kind: "checking" });
    void firstState().then(setState);
  }, []);
  const door = useMemo(() => {
    const session =
      state.kind === "signed_in" ? signedIn(state.client, state.me, setState) : undefined;
    return { state, session, signInWithKey, end, retry };
  }, [state, signInWithKey, end, retry]);
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

/** A link is followed once, however often the page is drawn; it has left the address by then. */
let followed: Promise<void> | undefined;

async function firstState(): Promise<State> {
  const token = takeLinkToken();
  if (token !== undefined) followed = followLink(token);
  const client = createSessionClient({ url: location.origin });
  try {
    await followed;
    return { kind: "signed_in", client, me: await client.me() };
  } catch (error) {
    followed = undefined;
    const isNobody = error instanceof KeywardError && error.code === "unauthenticated";
    return { kind: "signed_out", ...(isNobody ? {} : { complaint: complaintOf(error) }) };
  }
}

function signedIn(client: Client, me: Me, setState: (state: State) => void): SignedIn {
  const grants = compileGrants(me.permissions);
  return {
    client,
    me,
    can: (permission) => covers(grants, permission),
    signOut: () => {
      setState({ kind: "signed_out" });
      // A management key was only ever in memory; a session is ended where it is kept.
      if (me.session !== null) void endSession();
    },
  };
}
