import { digestKey } from "@keyward/core/key/digest";
import { isWellFormedKey } from "@keyward/core/key/format";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { KeyFilter, Reader } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import { pageOf } from "../paging.ts";
import { describeKey, describeKeys } from "./describe-keys.ts";
import { resolveKeyFilter } from "./key-filter.ts";

type Query = InputOf<"keys.list">["query"];

export async function getKey(
  call: Call,
  reader: Reader,
  { params }: InputOf<"keys.get">,
): Promise<ResultOf<"keys.get">> {
  const { scope } = call.caller;
  const key = found(params.key && (await reader.findKey(scope, params.key)), "key");
  return describeKey(reader, scope, key, call.now);
}

/** Serves the list and the search alike: a cursor of one is good for the other. */
export async function listKeys(
  call: Call,
  reader: Reader,
  query: Query,
): Promise<ResultOf<"keys.list">> {
  const { scope } = call.caller;
  const filter = await filterOf(call, reader, query);
  return pageOf(
    call,
    "keys.list",
    query,
    (page) => reader.listKeys(scope, filter, page),
    (keys) => describeKeys(reader, scope, keys, call.now),
  );
}

async function filterOf(call: Call, reader: Reader, query: Query): Promise<KeyFilter> {
  const { status, q } = query;
  return {
    ...(await resolveKeyFilter(call, reader, query)),
    ...(status !== undefined && { status }),
    ...searchOf(q?.trim() ?? ""),
  };
}

/** A whole key is looked up by its digest; nothing of it goes further. */
function searchOf(text: string): Pick<KeyFilter, "digest" | "text"> {
  if (text === "") return {};
  return isWellFormedKey(text) ? { digest: digestKey(text) } : { text };
}
