import type { NextConfig } from "next";

const config: NextConfig = {
  // Without it Next takes the lock file of the repository around it for the app's.
  turbopack: { root: import.meta.dirname },
};
// oxlint-disable-next-line import/no-default-export -- where Next looks for it
export default config;
