import type { KeyId } from "@keyward/core/id";
import type { Api, Key } from "@keyward/core/model/records";
import type { Reader, Versioned } from "../../storage/storage.ts";
import { found } from "../call.ts";
import type { Call } from "../call.ts";
import { assertMayManage } from "../grants.ts";

/**
 * The key that a call is about to change, with its api.
 *
 * @param id `undefined` for text that is no id: answered like an id that is not there
 * @throws OperationError `not_found`, `exceeds_own_permissions`
 */
export async function readManagedKey(
  call: Call,
  reader: Reader,
  id: KeyId | undefined,
): Promise<{ readonly key: Versioned<Key>; readonly api: Api }> {
  const { scope } = call.caller;
  const key = found(id && (await reader.findKey(scope, id)), "key");
  const { value: api } = found(await reader.findApi(scope, key.value.apiId), "api");
  assertMayManage(call, api, key.value);
  return { key, api };
}
