import { EVENT_TYPES } from "@keyward/core/event/event-types";
import { CheckGroup } from "../../parts/check-group.tsx";
import { webhooksText } from "../../text/webhooks.ts";
import styles from "./webhooks.module.css";

const EVERYTHING = "*";
const ENTITIES = Map.groupBy(EVENT_TYPES, (type) => type.slice(0, type.indexOf(".")));

interface EventPickerProps {
  /** `*`, `key.*` or `key.revoked`. */
  readonly chosen: readonly string[];
  readonly onChosen: (chosen: readonly string[]) => void;
}

/** What is chosen as a whole hides its parts: they come with it anyway. */
export function EventPicker({ chosen, onChosen }: EventPickerProps) {
  return (
    <>
      <CheckGroup
        label={webhooksText.events}
        choices={[{ value: EVERYTHING, label: webhooksText.all }]}
        chosen={chosen}
        onChosen={onChosen}
      />
      {!chosen.includes(EVERYTHING) && (
        <div className={styles.entities}>
          {[...ENTITIES].map(([entity, types]) => (
            <EntityEvents
              key={entity}
              entity={entity}
              types={types}
              chosen={chosen.filter((pattern) => pattern.startsWith(`${entity}.`))}
              onChosen={(ofEntity) =>
                onChosen([
                  ...chosen.filter((pattern) => !pattern.startsWith(`${entity}.`)),
                  ...ofEntity,
                ])
              }
            />
          ))}
        </div>
      )}
    </>
  );
}

interface EntityEventsProps extends EventPickerProps {
  readonly entity: string;
  readonly types: readonly string[];
}

function EntityEvents({ entity, types, chosen, onChosen }: EntityEventsProps) {
  const all = `${entity}.${EVERYTHING}`;
  const single = types.map((type) => ({ value: type, label: type }));
  return (
    <CheckGroup
      label={entity}
      isColumn
      choices={[
        { value: all, label: webhooksText.allOf(entity) },
        ...(chosen.includes(all) ? [] : single),
      ]}
      chosen={chosen}
      onChosen={onChosen}
    />
  );
}
