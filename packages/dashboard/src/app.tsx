import { useEffect, useState } from "react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createQueryClient } from "./api/query-client.ts";
import { SessionProvider, useSignInDoor } from "./api/session.tsx";
import { Skeleton } from "./parts/loaded.tsx";
import { ToastProvider } from "./parts/toasts.tsx";
import { createAppRouter } from "./routes.tsx";
import { SignInPage } from "./pages/sign-in/sign-in-page.tsx";

export function App() {
  return (
    <SessionProvider>
      <ToastProvider>
        <Signed />
      </ToastProvider>
    </SessionProvider>
  );
}

/** The address stays while one signs in, so that one comes to where one wanted to go. */
function Signed() {
  const { state, session, end } = useSignInDoor();
  const [router] = useState(createAppRouter);
  const [queries] = useState(() => createQueryClient(end));
  // What one person read is not for the next one at the same screen.
  useEffect(() => {
    if (session === undefined) queries.clear();
  }, [session, queries]);
  if (state.kind === "checking") return <Skeleton lines={12} />;
  if (session === undefined) return <SignInPage />;
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
