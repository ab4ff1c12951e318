import { useState } from "react";
import { KeywardError } from "@keyward/sdk/client";

interface GuardedSaveOptions<Thing, Body> {
  /** Sent only if the thing is still as it was read (`If-Match`). */
  readonly update: (body: Body) => Promise<Thing>;
  readonly read: () => Promise<Thing>;
  /** Told of the thing as it is now, whoever has changed it. */
  readonly onChanged: (thing: Thing) => void;
}

/** What somebody else changed meanwhile is shown, and not overwritten. */
export function useGuardedSave<Thing, Body>(options: GuardedSaveOptions<Thing, Body>) {
  const { update, read, onChanged } = options;
  const [isConflict, setConflict] = useState(false);
  const save = async (body: Body): Promise<void> => {
    try {
      onChanged(await update(body));
      setConflict(false);
    } catch (error) {
      const isChanged = error instanceof KeywardError && error.code === "precondition_failed";
      if (isChanged) {
        setConflict(true);
        onChanged(await read());
      }
      throw error;
    }
  };
  return { save, isConflict };
}
