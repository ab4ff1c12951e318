import type { InputOf, OPERATIONS, OperationId, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import type { Written } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { createOwnKey, listOwnKeys, revokeOwnKey, rotateOwnKey, updateOwnKey } from "./own-keys.ts";
import { showOwnUsage, showSession } from "./see.ts";
import type { Visit } from "./visit.ts";

type WithEffect<Effect extends string> = {
  [Id in OperationId]: (typeof OPERATIONS)[Id]["effect"] extends Effect ? Id : never;
}[OperationId];

export type PortalReadId = WithEffect<"portal_read">;
export type PortalWriteId = WithEffect<"portal_write">;

/** A handler for every operation of the portal. Each is given a visit, and no other way to say whose keys are meant. */
export const PORTAL_READS: {
  readonly [Id in PortalReadId]: (
    visit: Visit,
    access: ReadAccess,
    input: InputOf<Id>,
  ) => ResultOf<Id> | Promise<ResultOf<Id>>;
} = {
  "portal.session": showSession,
  "portal.keys.list": (visit, { reader }, input) => listOwnKeys(visit, reader, input),
  "portal.usage": showOwnUsage,
};

export const PORTAL_WRITES: {
  readonly [Id in PortalWriteId]: (
    visit: Visit,
    writer: Writer,
    input: InputOf<Id>,
  ) => Promise<Written<ResultOf<Id>>>;
} = {
  "portal.keys.create": createOwnKey,
  "portal.keys.update": updateOwnKey,
  "portal.keys.rotate": rotateOwnKey,
  "portal.keys.revoke": revokeOwnKey,
};
