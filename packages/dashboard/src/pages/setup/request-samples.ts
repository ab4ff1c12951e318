import type { Key } from "@keyward/sdk/client/operations.generated";

/** The first verification, as a command and as a guard of a server. */
export function requestSamples({
  api,
  environment,
  scopes,
}: Key): Readonly<Record<string, string>> {
  const [scope] = scopes;
  const needed = scope === undefined ? [] : [scope];
  const question = `{"credential": "'"$KEY"'", "api": "${api}", "scopes": ${JSON.stringify(needed)}}`;
  return {
    curl: [
      `curl ${location.origin}/v1/verify \\`,
      `  -H "Authorization: Bearer $KEYWARD_TOKEN" \\`,
      `  -H "Content-Type: application/json" \\`,
      `  -d '${question}'`,
    ].join("\n"),
    Express: [
      `import { Keyward } from "@keyward/sdk";`,
      "",
      "const keyward = new Keyward({",
      `  url: ${JSON.stringify(location.origin)},`,
      "  token: process.env.KEYWARD_TOKEN,",
      `  api: "${api}",`,
      `  environment: "${environment}",`,
      "});",
      "await keyward.ready();",
      `app.use(keyward.express({ scopes: ${JSON.stringify(needed)} }));`,
    ].join("\n"),
  };
}
