// How the page of the portal is served: the one page of ours that other sites may show within theirs, if the session's
// opener has named them (T53).
import { openPortal } from "../../operations/portal/portal-session.ts";
import type { PortalSealing } from "../../operations/portal/portal-session.ts";
import { PAGE_HEADERS } from "../security-headers.ts";

export const PORTAL_INDEX = "/portal.html";
/** The web component: a script that other sites load. */
export const PORTAL_ELEMENT = "/portal/element.js";
const PAGE = /^\/portal(?:\/([A-Za-z0-9_.-]+))?$/;

export function isPortalPage(path: string): boolean {
  return path !== PORTAL_ELEMENT && PAGE.test(path);
}

/** Nobody may frame it but the origins that are sealed into the path. */
export function portalHeaders(
  sealing: PortalSealing,
  path: string,
): Readonly<Record<string, string>> {
  const origins = originsIn(sealing, path);
  if (origins.length === 0) return PAGE_HEADERS;
  return {
    ...PAGE_HEADERS,
    "content-security-policy": PAGE_HEADERS["content-security-policy"].replace(
      "frame-ancestors 'none'",
      `frame-ancestors ${origins.join(" ")}`,
    ),
    // For a site that isolates itself: what it may frame, it may also embed (HTML, "cross-origin embedder policies").
    "cross-origin-resource-policy": "cross-origin",
  };
}

/** They were checked to be origins before they were sealed. */
function originsIn(sealing: PortalSealing, path: string): readonly string[] {
  const [, frame = ""] = PAGE.exec(path) ?? [];
  const opened = openPortal(sealing, "frame", frame);
  return opened === undefined ? [] : (opened.value as readonly string[]);
}
