import type { IconName } from "../parts/icon.tsx";
import { shellText } from "../text/shell.ts";

export interface ShellPage {
  readonly to:
    | "/"
    | "/setup"
    | "/keys"
    | "/clients"
    | "/tokens"
    | "/owners"
    | "/apis"
    | "/roles"
    | "/plans"
    | "/policies"
    | "/safety"
    | "/usage"
    | "/logs"
    | "/webhooks"
    | "/audit"
    | "/settings";
  readonly label: string;
  readonly icon: IconName;
  readonly group: keyof typeof shellText.groups;
  /** After `g`, it goes there. */
  readonly letter?: string;
}

const { pages } = shellText;

/** What the navigation, the palette and the `g` shortcuts lead to, in this order. */
export const PAGES: readonly ShellPage[] = [
  { to: "/", label: pages.overview, icon: "overview", group: "start", letter: "o" },
  { to: "/setup", label: pages.setup, icon: "setup", group: "start" },
  { to: "/keys", label: pages.keys, icon: "keys", group: "credentials", letter: "k" },
  { to: "/clients", label: pages.clients, icon: "clients", group: "credentials", letter: "m" },
  { to: "/tokens", label: pages.tokens, icon: "tokens", group: "credentials", letter: "t" },
  { to: "/owners", label: pages.owners, icon: "owners", group: "access", letter: "w" },
  { to: "/apis", label: pages.apis, icon: "apis", group: "access", letter: "p" },
  { to: "/roles", label: pages.roles, icon: "roles", group: "access" },
  { to: "/plans", label: pages.plans, icon: "limits", group: "access", letter: "l" },
  { to: "/policies", label: pages.policies, icon: "policies", group: "access", letter: "y" },
  { to: "/usage", label: pages.usage, icon: "usage", group: "watch", letter: "u" },
  { to: "/logs", label: pages.logs, icon: "logs", group: "watch", letter: "d" },
  { to: "/safety", label: pages.safety, icon: "safety", group: "watch", letter: "f" },
  { to: "/webhooks", label: pages.webhooks, icon: "webhooks", group: "watch", letter: "h" },
  { to: "/audit", label: pages.audit, icon: "audit", group: "watch", letter: "a" },
  { to: "/settings", label: pages.settings, icon: "settings", group: "manage", letter: "s" },
];
