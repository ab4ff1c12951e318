// What passes between the portal and the site that shows it: looks one way, height and the end of a visit the other. Nothing
// of a key ever does: the site's own scripts stay outside of this frame.
import { THEME_PROPERTIES } from "./theme-properties.ts";
import type { PortalMessage } from "./theme-properties.ts";

/** Colours, lengths and names of fonts: nothing that could load anything or be more than one value. */
const VALUE = /^[#\w\s.,%()"'/-]{1,200}$/;

export function followEmbedder(): void {
  if (!isEmbedded()) return;
  document.documentElement.dataset["embedded"] = "true";
  addEventListener("message", ({ source, data }) => {
    if (source === window.parent) applyTheme(data);
  });
  new ResizeObserver(() => {
    tellEmbedder({ keyward: "height", height: document.documentElement.scrollHeight });
  }).observe(document.body);
  tellEmbedder({ keyward: "ready", properties: THEME_PROPERTIES });
}

/** The policy lets nobody frame this page but whom the session's opener has named, and none of this is a secret. */
export function tellEmbedder(message: PortalMessage): void {
  if (isEmbedded()) window.parent.postMessage(message, "*");
}

function isEmbedded(): boolean {
  return window.parent !== window;
}

function applyTheme(message: unknown): void {
  if (typeof message !== "object" || message === null || !("keyward" in message)) return;
  const { dataset, style } = document.documentElement;
  const { scheme, properties } = message as { readonly scheme?: unknown; properties?: unknown };
  dataset["theme"] = scheme === "light" || scheme === "dark" ? scheme : "system";
  const given = new Map<string, unknown>(Object.entries(properties ?? {}));
  for (const name of THEME_PROPERTIES) {
    const value = given.get(name);
    const isTaken = typeof value === "string" && VALUE.test(value) && !/url|image/i.test(value);
    if (isTaken) style.setProperty(name, value);
    else style.removeProperty(name);
  }
}
