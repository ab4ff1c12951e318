// A visit: its token is in this module's memory and nowhere else (K4), and the code that it came by leaves the address at
// once. Loading the page again ends it.
import { createContext, useContext } from "react";
import { createClient } from "@keyward/sdk/client";
import type { Client } from "@keyward/sdk/client";
import type { PortalSession } from "@keyward/sdk/client/operations.generated";
import { tellEmbedder } from "./embedder.ts";

const PREFIX = "#code=";

export interface Visit {
  readonly client: Client;
  readonly session: PortalSession;
}

const VisitContext = createContext<Visit | undefined>(undefined);
export const VisitProvider = VisitContext.Provider;

export function useVisit(): Visit {
  const visit = useContext(VisitContext);
  if (visit === undefined) throw new Error("outside of a visit");
  return visit;
}

/** Used once, however often the page is drawn. */
let begun: Promise<Visit> | undefined;

/** @throws KeywardError `invalid_portal_code`, KeywardUnavailable */
export function beginVisit(): Promise<Visit> {
  begun ??= exchange(takeCode());
  return begun;
}

export function endVisit(): void {
  tellEmbedder({ keyward: "ended" });
}

function takeCode(): string {
  const { hash, pathname, search } = location;
  history.replaceState(null, "", pathname + search);
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : "none";
}

async function exchange(code: string): Promise<Visit> {
  const url = location.origin;
  const { token } = await createClient({ url, token: "none" }).portal.exchange({ code });
  const client = createClient({ url, token });
  return { client, session: await client.portal.session() };
}
