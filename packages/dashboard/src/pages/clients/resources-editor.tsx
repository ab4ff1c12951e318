import { useQuery } from "@tanstack/react-query";
import { useOwnApis } from "../../api/apis.ts";
import { useClient } from "../../api/session.tsx";
import { IconButton } from "../../parts/button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { ScopePicker } from "../../parts/scope-picker.tsx";
import { clientsText } from "../../text/clients.ts";
import type { ResourceForm } from "./client-form.ts";
import styles from "./clients.module.css";

interface ResourcesEditorProps {
  readonly resources: readonly ResourceForm[];
  readonly onResources: (resources: readonly ResourceForm[]) => void;
}

/** At which apis the client may ask for tokens, and with which scopes. */
export function ResourcesEditor({ resources, onResources }: ResourcesEditorProps) {
  const apis = useOwnApis();
  const left = apis.filter(({ prefix }) => resources.every(({ api }) => api !== prefix));
  return (
    <>
      {resources.map((resource) => (
        <fieldset key={resource.api} className={styles.resource}>
          <legend>
            {apis.find(({ prefix }) => prefix === resource.api)?.name ?? resource.api}
          </legend>
          <Scopes
            of={resource}
            onScopes={(scopes) =>
              onResources(
                resources.map((other) => (other === resource ? { ...other, scopes } : other)),
              )
            }
          />
          <IconButton
            icon="cross"
            label={clientsText.removeApi(resource.api)}
            onClick={() => onResources(resources.filter((other) => other !== resource))}
          />
        </fieldset>
      ))}
      {left.length > 0 && (
        <SelectField
          label={clientsText.addApi}
          value=""
          choices={[
            { value: "", label: clientsText.chooseApi },
            ...left.map(({ prefix, name }) => ({ value: prefix, label: name })),
          ]}
          onValue={(api) => onResources([...resources, { api, scopes: [] }])}
        />
      )}
    </>
  );
}

interface ScopesProps {
  readonly of: ResourceForm;
  readonly onScopes: (scopes: readonly string[]) => void;
}

function Scopes({ of: { api, scopes }, onScopes }: ScopesProps) {
  const client = useClient();
  const { data: offered = [] } = useQuery({
    queryKey: ["apis", api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(api, { signal })).data,
  });
  return <ScopePicker offered={offered} granted={scopes} onGranted={onScopes} />;
}
