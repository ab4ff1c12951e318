import { useEffect, useState } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import { complaintOf } from "../api/problems.ts";
import type { Complaint } from "../api/problems.ts";
import { createQueryClient } from "../api/query-client.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { Skeleton } from "../parts/loaded.tsx";
import { Page } from "../parts/page.tsx";
import { portalText } from "../text/portal.ts";
import { PortalPage } from "./portal-page.tsx";
import { beginVisit, endVisit, VisitProvider } from "./visit.tsx";
import type { Visit } from "./visit.tsx";

type State =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly visit: Visit }
  | { readonly kind: "refused"; readonly complaint: Complaint }
  | { readonly kind: "over"; readonly returnUrl: string | null };

export function PortalApp() {
  const [state, setState] = useState<State>({ kind: "opening" });
  useEffect(() => {
    beginVisit().then(
      (visit) => setState({ kind: "open", visit }),
      (error: unknown) => setState({ kind: "refused", complaint: complaintOf(error) }),
    );
  }, []);
  const [queries] = useState(() =>
    createQueryClient(() => {
      setState((before) => ({
        kind: "over",
        returnUrl: before.kind === "open" ? before.visit.session.return_url : null,
      }));
    }),
  );
  const isOver = state.kind === "over" || state.kind === "refused";
  useEffect(() => {
    if (!isOver) return;
    queries.clear();
    endVisit();
  }, [isOver, queries]);
  switch (state.kind) {
    case "opening":
      return <Skeleton lines={8} />;
    case "open":
      return (
        <QueryClientProvider client={queries}>
          <VisitProvider value={state.visit}>
            <PortalPage />
          </VisitProvider>
        </QueryClientProvider>
      );
    case "refused":
      return <Refused complaint={state.complaint} />;
    case "over":
      return <Over title={portalText.over} returnUrl={state.returnUrl} />;
  }
}

function Refused({ complaint }: { readonly complaint: Complaint }) {
  const isUsed =
    complaint.code === "invalid_portal_code" || complaint.code === "portal_session_ended";
  return <Over title={isUsed ? portalText.invalid : complaint.title} returnUrl={null} />;
}

interface OverProps {
  readonly title: string;
  readonly returnUrl: string | null;
}

function Over({ title, returnUrl }: OverProps) {
  return (
    <main>
      <Page title={title}>
        <EmptyState
          icon="clock"
          title={portalText.overHint}
          actions={
            returnUrl === null ? undefined : (
              <a href={returnUrl} target="_top" rel="noreferrer">
                {portalText.back}
              </a>
            )
          }
        >
          {returnUrl === null && portalText.backHint}
        </EmptyState>
      </Page>
    </main>
  );
}
