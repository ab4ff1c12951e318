/** What a site around the portal can say about its looks; `portal.css` says where each counts. */
export const THEME_PROPERTIES = [
  "--keyward-accent",
  "--keyward-accent-fill",
  "--keyward-on-accent",
  "--keyward-background",
  "--keyward-text",
  "--keyward-font",
  "--keyward-radius",
] as const;

/** From the site to the portal: after it has loaded, and whenever the looks change. */
export interface ThemeMessage {
  readonly keyward: "theme";
  readonly scheme: "light" | "dark" | "";
  readonly properties: Readonly<Record<string, string>>;
}

/** From the portal to the site. */
export type PortalMessage =
  /** Asks for the looks: for those of these properties that the element has. */
  | { readonly keyward: "ready"; readonly properties: readonly string[] }
  | { readonly keyward: "height"; readonly height: number }
  | { readonly keyward: "ended" };
