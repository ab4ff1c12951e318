import { KeywardError } from "@keyward/sdk/client";
import type { KeysUpdateBody } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import type { KeyEditorProps } from "./key-page.tsx";

/** Saves a change of the key as it was read: what somebody else changed meanwhile is shown, and not overwritten. */
export function useKeySave({
  of: key,
  onChanged,
  onConflict,
}: KeyEditorProps): (body: KeysUpdateBody) => Promise<void> {
  const client = useClient();
  return async (body) => {
    try {
      onChanged(await client.keys.update(key.id, body, { ifMatch: key.rev }));
    } catch (error) {
      const isChanged = error instanceof KeywardError && error.code === "precondition_failed";
      if (isChanged) onConflict(await client.keys.get(key.id));
      throw error;
    }
  };
}
