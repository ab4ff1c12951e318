// The portal's own page: by itself, or in a frame of the producer's site.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ToastProvider } from "../parts/toasts.tsx";
import { followEmbedder } from "./embedder.ts";
import { PortalApp } from "./portal-app.tsx";
import "../style/tokens.css";
import "../style/base.css";
import "./portal.css";

followEmbedder();
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <ToastProvider>
        <PortalApp />
      </ToastProvider>
    </StrictMode>,
  );
}
