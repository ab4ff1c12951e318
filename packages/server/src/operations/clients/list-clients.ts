import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import { pageOf } from "../paging.ts";
import { resolveOwner } from "../resolve.ts";
import { readClient } from "./client-rules.ts";
import { describeClient, describeClients } from "./describe-clients.ts";

export async function getClient(
  call: Call,
  reader: Reader,
  { params }: InputOf<"clients.get">,
): Promise<ResultOf<"clients.get">> {
  const client = await readClient(call, reader, params.client);
  return describeClient(reader, call.caller.scope, client, call.now);
}

export async function listClients(
  call: Call,
  reader: Reader,
  { query }: InputOf<"clients.list">,
): Promise<ResultOf<"clients.list">> {
  const { scope } = call.caller;
  const { owner, environment } = query;
  const filter = {
    ...(environment === undefined ? {} : { environment }),
    ...(owner === undefined
      ? {}
      : { ownerId: (await resolveOwner(reader, scope, owner)).value.id }),
  };
  return pageOf(
    call,
    "clients.list",
    query,
    (page) => reader.listClients(scope, filter, page),
    (clients) => describeClients(reader, scope, clients, call.now),
  );
}
