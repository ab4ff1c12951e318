// The file of KEYWARD_OIDC_FILE: which OpenID Providers people may come from.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseId } from "@keyward/core/id";
import { MEMBER_ROLES } from "@keyward/core/model/records";
import { z } from "zod";
import type { ProviderPolicy } from "../operations/sign-in/provider.ts";

export interface ProviderSettings {
  readonly policy: ProviderPolicy;
  readonly issuer: URL;
  readonly clientId: string;
  /** `undefined`: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | undefined;
  readonly scopes: readonly string[];
  /** The claim of the ID token that names roles or groups. */
  readonly roleClaim: string | undefined;
}

const role = z.enum(MEMBER_ROLES);

const providerSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    name: z.string().min(1).max(60),
    issuer: z.url({ protocol: /^https?$/ }),
    client_id: z.string().min(1).max(200),
    client_secret: z.string().min(1).exactOptional(),
    client_secret_file: z.string().min(1).exactOptional(),
    scopes: z.array(z.string().min(1)).default(["openid", "email", "profile", "offline_access"]),
    workspace: z.string().exactOptional(),
    role_claim: z.string().min(1).exactOptional(),
    roles: z.record(z.string(), role).default({}),
    default_role: role.exactOptional(),
    trust_email: z.boolean().default(false),
  })
  .refine(({ scopes }) => scopes.includes("openid"), "scopes must hold openid")
  .refine(({ issuer }) => isSafe(new URL(issuer)), "issuer must be https, or on this machine");

const fileSchema = z
  .strictObject({ providers: z.array(providerSchema).min(1).max(16) })
  .refine(({ providers }) => new Set(providers.map(({ id }) => id)).size === providers.length, {
    message: "each provider needs an id of its own",
  });

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** @throws Error, saying what is wrong with the file and where, and nothing of what it holds */
export function readProviders(path: string): readonly ProviderSettings[] {
  const parsed = fileSchema.safeParse(parseJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${path}: ${issue?.path.join(".")}: ${issue?.message ?? "not valid"}`);
  }
  return parsed.data.providers.map((provider) => settingsOf(path, provider));
}

function parseJson(path: string): unknown {
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path}: not JSON`);
  }
}

function settingsOf(path: string, given: z.output<typeof providerSchema>): ProviderSettings {
  const workspaceId =
    given.workspace === undefined ? undefined : parseId("workspace", given.workspace);
  if (given.workspace !== undefined && workspaceId === undefined) {
    throw new Error(`${path}: ${given.id}: workspace must be the id of a workspace`);
  }
  return {
    policy: {
      id: given.id,
      name: given.name,
      workspaceId,
      roles: new Map(Object.entries(given.roles)),
      defaultRole: given.default_role,
      trustsEmail: given.trust_email,
    },
    issuer: new URL(given.issuer),
    clientId: given.client_id,
    clientSecret: clientSecretOf(path, given),
    scopes: given.scopes,
    roleClaim: given.role_claim,
  };
}

/** A file beside the configuration, so that this can be shown to people and that cannot. */
function clientSecretOf(
  path: string,
  { client_secret, client_secret_file }: z.output<typeof providerSchema>,
): string | undefined {
  if (client_secret_file === undefined) return client_secret;
  return readFileSync(resolve(dirname(path), client_secret_file), "utf8").trim();
}
