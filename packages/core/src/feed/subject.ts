import { parseId } from "../id.ts";
import type { ApiId, WorkspaceId } from "../id.ts";
import type { Environment } from "../key/format.ts";
import { parseScope } from "../scope/scope.ts";
import type { Scope } from "../scope/scope.ts";

/** What one feed carries: one api of one workspace in one environment. */
export interface FeedSubject {
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId;
  readonly environment: Environment;
}

/** A subject, with the brand of its keys: a key says by its brand and environment of which subject it is. */
export interface NamedSubject extends FeedSubject {
  readonly prefix: string;
}

/** What a management key must be granted to follow the subject: `feed:api_…:live`. */
export function feedScope({ apiId, environment }: Omit<FeedSubject, "workspaceId">): Scope {
  const scope = parseScope(`feed:${apiId}:${environment}`);
  if (scope === undefined) throw new RangeError(`not an api: ${apiId}`);
  return scope;
}

/** The api and environment of a scope that {@link feedScope} makes; `undefined` for any other. */
export function parseFeedScope(scope: string): Omit<FeedSubject, "workspaceId"> | undefined {
  const [area, api, environment, ...others] = scope.split(":");
  if (area !== "feed" || api === undefined || others.length > 0) return undefined;
  const apiId = parseId("api", api);
  if (apiId === undefined || (environment !== "live" && environment !== "test")) return undefined;
  return { apiId, environment };
}
