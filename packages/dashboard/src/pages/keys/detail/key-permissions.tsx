import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { isPublishable, parseScopeGrant } from "@keyward/core/scope/scope";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../../api/session.tsx";
import { useAction } from "../../../api/use-action.ts";
import { Button } from "../../../parts/button.tsx";
import { Card } from "../../../parts/card.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { ComplaintNotice } from "../../../parts/notice.tsx";
import { ScopeDiff } from "../../../parts/scope-diff.tsx";
import { ScopePicker } from "../../../parts/scope-picker.tsx";
import type { OfferedScope } from "../../../parts/scope-picker.tsx";
import { useToast } from "../../../parts/toasts.tsx";
import { keyText } from "../../../text/key.ts";
import type { KeyEditorProps } from "./key-page.tsx";
import { RoleChoice } from "./role-choice.tsx";
import styles from "./key-page.module.css";

/** Scopes and roles; what a change comes to is shown before it is saved. */
export function KeyPermissions(props: KeyEditorProps) {
  const client = useClient();
  const { of: key } = props;
  const scopes = useQuery({
    queryKey: ["apis", key.api, "scopes"],
    queryFn: async ({ signal }) => (await client.apis.scopes.list(key.api, { signal })).data,
  });
  return (
    <Card title={keyText.permissions} lead={keyText.permissionsLead}>
      <Loaded query={scopes}>{(offered) => <Editor {...props} offered={offered} />}</Loaded>
    </Card>
  );
}

interface EditorProps extends KeyEditorProps {
  readonly offered: readonly OfferedScope[];
}

function Editor(props: EditorProps) {
  const { of: key, offered, onSave } = props;
  const { can } = useSession();
  const say = useToast();
  const [scopes, setScopes] = useState(key.scopes);
  const [roles, setRoles] = useState(key.roles);
  const save = useAction(async () => {
    await onSave({ scopes, roles });
    say(keyText.saved);
  });
  const isSame = sameSet(scopes, key.scopes) && sameSet(roles, key.roles);
  return (
    <div className={styles.stack}>
      <ScopePicker
        offered={withGranted(offered, key)}
        granted={scopes}
        onGranted={setScopes}
        {...(key.kind === "publishable" ? { isExcluded: isNotPublishable } : {})}
      />
      <RoleChoice api={key.api} chosen={roles} onChosen={setRoles} />
      <ScopeDiff
        before={[...key.roles.map(roleLine), ...key.scopes]}
        after={[...roles.map(roleLine), ...scopes]}
      />
      <ComplaintNotice complaint={save.complaint} />
      {can("keys:write") && key.status !== "revoked" && (
        <div className={styles.foot}>
          <Button
            tone="primary"
            disabled={isSame}
            busy={save.isRunning && keyText.saving}
            onClick={() => void save.run()}
          >
            {keyText.save}
          </Button>
          <Button
            tone="plain"
            disabled={isSame}
            onClick={() => {
              setScopes(key.scopes);
              setRoles(key.roles);
            }}
          >
            {keyText.discard}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A scope that has left the catalogue is shown for as long as the key holds it. */
function withGranted(offered: readonly OfferedScope[], { scopes }: Key): readonly OfferedScope[] {
  const known = new Set(offered.map(({ name }) => name));
  const former = scopes.filter((scope) => !known.has(scope) && !scope.endsWith("*"));
  return [...offered, ...former.map((name) => ({ name, description: null }))];
}

function isNotPublishable(scope: string): boolean {
  const grant = parseScopeGrant(scope);
  return grant === undefined || !isPublishable(grant);
}

function roleLine(role: string): string {
  return `role ${role}`;
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}
