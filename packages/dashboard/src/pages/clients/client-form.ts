// A client while it is edited: what the API takes, as texts and choices.
import type { Client, ClientsUpdateBody } from "@keyward/sdk/client/operations.generated";

export type Grant = Client["grants"][number];
type Jwks = NonNullable<ClientsUpdateBody["jwks"]>;

export interface ResourceForm {
  readonly api: string;
  readonly scopes: readonly string[];
}

export interface ClientForm {
  readonly name: string;
  readonly owner: string;
  readonly resources: readonly ResourceForm[];
  readonly grants: readonly Grant[];
  /** Seconds. */
  readonly lifetime: string;
  readonly jwks: string;
  readonly jwksUri: string;
}

export const EMPTY_CLIENT: ClientForm = {
  name: "",
  owner: "",
  resources: [],
  grants: ["client_credentials"],
  lifetime: "600",
  jwks: "",
  jwksUri: "",
};

export function formOfClient(client: Client): ClientForm {
  return {
    name: client.name,
    owner: client.owner,
    resources: client.resources.map(({ api, scopes }) => ({ api, scopes })),
    grants: client.grants,
    lifetime: String(client.token_lifetime_seconds),
    jwks: client.jwks === null ? "" : JSON.stringify(client.jwks, null, 2),
    jwksUri: client.jwks_uri ?? "",
  };
}

/** `null` is none; `undefined` is no key set at all. What is wrong with its keys the server says. */
export function jwksOf(text: string): Jwks | null | undefined {
  if (text.trim() === "") return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return isJwks(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isJwks(value: unknown): value is Jwks {
  return (
    typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys)
  );
}

/** What stands in the settings; access has a form of its own. */
export function settingsOf(form: ClientForm) {
  return {
    name: form.name.trim(),
    owner: form.owner.trim(),
    grants: form.grants,
    token_lifetime_seconds: Number(form.lifetime),
    jwks: jwksOf(form.jwks) ?? null,
    jwks_uri: form.jwksUri.trim() || null,
  };
}
