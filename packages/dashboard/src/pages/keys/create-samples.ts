// The same creation as a person would type it: what the form sends, without the form.
import type { KeysCreateBody } from "@keyward/sdk/client/operations.generated";

/** By tool. Each takes the management key from the environment, never from an argument (K4). */
export function createSamples(body: KeysCreateBody): Readonly<Record<string, string>> {
  return { curl: curlOf(body), CLI: cliOf(body), SDK: sdkOf(body) };
}

function curlOf(body: KeysCreateBody): string {
  return [
    `curl ${location.origin}/v1/keys \\`,
    `  -H "Authorization: Bearer $KEYWARD_TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d ${shellWord(JSON.stringify(body, null, 2))}`,
  ].join("\n");
}

function cliOf(body: KeysCreateBody): string {
  const { scopes = [], roles = [], restrictions, metadata } = body;
  const options: readonly (readonly [string, string | undefined])[] = [
    ["name", body.name],
    ["api", body.api],
    ["owner", body.owner],
    ["env", body.environment === "test" ? "test" : undefined],
    ["kind", body.kind === "publishable" ? "publishable" : undefined],
    ...scopes.map((scope) => ["scope", scope] as const),
    ...roles.map((role) => ["role", role] as const),
    ["expires", body.expires_at === null ? "never" : body.expires_at],
    ...(restrictions?.ips ?? []).map((ip) => ["ip", ip] as const),
    ...(restrictions?.origins ?? []).map((origin) => ["origin", origin] as const),
    ["metadata", metadata && JSON.stringify(metadata)],
  ];
  const lines = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`  --${name} ${shellWord(value)}`],
  );
  return ["npx keyward keys create", ...lines].join(" \\\n");
}

function sdkOf(body: KeysCreateBody): string {
  return [
    `import { createClient } from "@keyward/sdk/client";`,
    "",
    `const keyward = createClient({ url: ${JSON.stringify(location.origin)}, token: process.env.KEYWARD_TOKEN });`,
    `const { id, secret } = await keyward.keys.create(${JSON.stringify(body, null, 2)});`,
  ].join("\n");
}

/** For a POSIX shell: what is not plainly a word is quoted, and nothing in it is expanded. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
