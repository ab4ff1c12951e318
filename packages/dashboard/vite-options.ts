// How the dashboard becomes static files; shared by the build and the development server.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions } from "vite";
import type { InlineConfig } from "vite";

export const DASHBOARD_ROOT = fileURLToPath(new URL(".", import.meta.url));

export const VITE_OPTIONS: InlineConfig = {
  configFile: false,
  root: DASHBOARD_ROOT,
  plugins: [react()],
  // core and the client come from their sources, as everywhere in the repository.
  resolve: { conditions: ["@keyward/source", ...defaultClientConditions] },
  build: {
    // Browsers that know `light-dark()`, of which the theme is made.
    target: ["chrome125", "firefox125", "safari17.5"],
    // Nothing inline: the content security policy takes only files of our own origin (T51).
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // One style sheet, and one file for what all pages are made of, instead of many of a hundred bytes.
    cssCodeSplit: false,
    rolldownOptions: {
      input: {
        index: `${DASHBOARD_ROOT}index.html`,
        portal: `${DASHBOARD_ROOT}portal.html`,
        element: `${DASHBOARD_ROOT}src/portal/element.ts`,
      },
      output: {
        // Other sites name the web component in their pages, so its name stays.
        entryFileNames: ({ name }) =>
          name === "element" ? "portal/element.js" : "assets/[name]-[hash].js",
        codeSplitting: {
          groups: [{ name: "parts", test: /dashboard\/src\/(?:parts|api|runtime)\// }],
        },
      },
    },
    reportCompressedSize: false,
  },
};
