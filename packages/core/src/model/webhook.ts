import type { EventPattern } from "../event/event-types.ts";
import type { WebhookId, WorkspaceId } from "../id.ts";
import type { Instant } from "../time.ts";

/** An endpoint that is told of events: a URL, or an email address as `mailto:`. */
export interface Webhook {
  readonly id: WebhookId;
  readonly workspaceId: WorkspaceId;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly EventPattern[];
  /** Nothing new is kept for it meanwhile, and what waits goes on waiting. */
  readonly disabled: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
