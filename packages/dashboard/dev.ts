// `npm run dev --workspace packages/dashboard`: the dashboard as it is edited, before a Keyward that runs on its usual port.
import { createServer } from "vite";
import { VITE_OPTIONS } from "./vite-options.ts";

const KEYWARD_URL = process.env["KEYWARD_URL"] ?? "http://127.0.0.1:4141";

const server = await createServer({
  ...VITE_OPTIONS,
  server: {
    host: "127.0.0.1",
    proxy: { "^/(?:v1|docs|openapi\\.json|readyz)": { target: KEYWARD_URL } },
  },
});
await server.listen();
server.printUrls();
