import type { FeedSubject } from "@keyward/core/feed/subject";
import type { ApiId, WorkspaceId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";

/** Whom a change concerns: those who follow one subject, or all of a workspace with this api or environment; `null` is any. */
export interface Reach {
  readonly workspaceId: WorkspaceId;
  readonly apiId: ApiId | null;
  readonly environment: Environment | null;
}

export function keyOf({ workspaceId, apiId, environment }: Reach): string {
  return `${workspaceId} ${apiId ?? "*"} ${environment ?? "*"}`;
}

export function isWithinReach(subject: FeedSubject, reach: Reach): boolean {
  return (
    subject.workspaceId === reach.workspaceId &&
    (reach.apiId === null || subject.apiId === reach.apiId) &&
    (reach.environment === null || subject.environment === reach.environment)
  );
}

/** Every reach that the subject is within. */
export function reachesOf({ workspaceId, ...subject }: FeedSubject): readonly Reach[] {
  return [subject.apiId, null].flatMap((apiId) =>
    [subject.environment, null].map((environment) => ({ workspaceId, apiId, environment })),
  );
}
