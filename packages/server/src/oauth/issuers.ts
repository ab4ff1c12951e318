// Which issuers there are, and where each is (spec/oauth.md §1).
import { parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";

export interface Issuer {
  readonly workspaceId: WorkspaceId;
  readonly environment: Environment;
}

export class Issuers {
  readonly #baseUrl: () => string;
  readonly #operator: () => WorkspaceId | undefined;

  constructor(baseUrl: () => string, operator: () => WorkspaceId | undefined) {
    this.#baseUrl = baseUrl;
    this.#operator = operator;
  }

  /** The issuer's identifier, as tokens and metadata name it. */
  urlOf({ workspaceId, environment }: Issuer): string {
    const own = workspaceId === this.#operator() ? "" : `/${workspaceId}`;
    const test = environment === "test" ? "/test" : "";
    return own + test === "" ? this.#baseUrl() : `${this.#baseUrl()}/oauth${own}${test}`;
  }

  /** Where a person goes in a browser. */
  pageOf(name: "authorize" | "device"): string {
    return `${this.#baseUrl()}/${name}`;
  }

  endpointOf(
    workspaceId: WorkspaceId,
    name: "token" | "introspect" | "revoke" | "device_authorization",
  ): string {
    const own = workspaceId === this.#operator() ? "" : `/${workspaceId}`;
    return `${this.#baseUrl()}/oauth${own}/${name}`;
  }

  jwksOf(issuer: Issuer): string {
    const url = this.urlOf(issuer);
    return url === this.#baseUrl() ? `${url}/oauth/jwks` : `${url}/jwks`;
  }

  /** The issuer at a path below `/oauth`, such as `/wsp_…/test`; `undefined` where there can be none. */
  at(path: string): Issuer | undefined {
    const [, first = "", second] = /^(\/[^/]+)?(\/test)?$/.exec(path) ?? [undefined, "?"];
    if (first === "?") return undefined;
    const isTest = first === "/test" || second !== undefined;
    const environment = isTest ? "test" : "live";
    if (first === "" || first === "/test") {
      const workspaceId = first === "/test" && second !== undefined ? undefined : this.#operator();
      return workspaceId && { workspaceId, environment };
    }
    const workspaceId = parseId("workspace", first.slice(1));
    return workspaceId && { workspaceId, environment };
  }
}
