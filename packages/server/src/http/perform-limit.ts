// What is answered by whoever counts limits.
import type { ApiId, ChargeId, CredentialId, WorkspaceId } from "@keyward/core/id";
import type { chargeOperations } from "../contract/charges.ts";
import type { InputOf, ResultOf } from "../contract/operations.ts";
import { found } from "../operations/call.ts";

export type LimitOperationId = keyof typeof chargeOperations;

/** Whoever counts limits; `Charges` and the limiter together are one. */
export interface LimitStanding {
  /** @throws OperationError `not_found`, `charge_settled`, `cost_exceeds_charge` */
  settle(
    workspaceId: WorkspaceId,
    charge: ChargeId | undefined,
    cost: number | undefined,
  ): Promise<ResultOf<"charges.commit">>;
  /** `undefined` when there is no such key or client. */
  limitUsesOf(
    workspaceId: WorkspaceId,
    of: { readonly keyId: CredentialId; readonly apiId?: ApiId | undefined } | undefined,
  ): Promise<Readonly<ResultOf<"keys.limits">["data"]> | undefined>;
}

export async function performLimit(
  standing: LimitStanding,
  id: LimitOperationId,
  workspaceId: WorkspaceId,
  input: unknown,
): Promise<Response> {
  switch (id) {
    case "charges.commit": {
      const { params, body } = input as InputOf<"charges.commit">;
      return Response.json(await standing.settle(workspaceId, params.charge, body.cost));
    }
    case "charges.release": {
      const { params } = input as InputOf<"charges.release">;
      return Response.json(await standing.settle(workspaceId, params.charge, undefined));
    }
    case "keys.limits": {
      const { params } = input as InputOf<"keys.limits">;
      const of = params.key && { keyId: params.key };
      const data = found(await standing.limitUsesOf(workspaceId, of), "key");
      return Response.json({ data, next_cursor: null });
    }
    case "clients.limits": {
      const { params, query } = input as InputOf<"clients.limits">;
      const { client: keyId } = params;
      const of = keyId && { keyId, apiId: query.api };
      const data = found(await standing.limitUsesOf(workspaceId, of), "client");
      return Response.json({ data, next_cursor: null });
    }
  }
}
