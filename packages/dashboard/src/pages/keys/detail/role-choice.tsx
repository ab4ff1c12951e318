import { useQuery } from "@tanstack/react-query";
import { useClient } from "../../../api/session.tsx";
import { CheckGroup } from "../../../parts/check-group.tsx";
import { keyText } from "../../../text/key.ts";

const ROLES_MAX = 250;

interface RoleChoiceProps {
  readonly api: string;
  readonly chosen: readonly string[];
  readonly onChosen: (chosen: readonly string[]) => void;
}

/** Nothing at all when the api has no roles: most have none. */
export function RoleChoice({ api, chosen, onChosen }: RoleChoiceProps) {
  const client = useClient();
  const roles = useQuery({
    queryKey: ["roles", { api, limit: ROLES_MAX }],
    queryFn: ({ signal }) => client.roles.list({ api, limit: ROLES_MAX }, { signal }),
  });
  const names = [...new Set([...(roles.data?.data ?? []).map(({ name }) => name), ...chosen])];
  if (names.length === 0) return null;
  return (
    <CheckGroup
      label={keyText.roles}
      choices={names.map((name) => ({ value: name, label: name }))}
      chosen={chosen}
      onChosen={onChosen}
    />
  );
}
