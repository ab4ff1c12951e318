import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Member, SignInLink } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice } from "../../parts/notice.tsx";
import { Pager } from "../../parts/pager.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { Row } from "../../parts/stack.tsx";
import { useToast } from "../../parts/toasts.tsx";
import { membersText } from "../../text/members.ts";
import { AddMember } from "./add-member.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { MemberRoleChoice } from "./member-role-choice.tsx";
import styles from "./settings.module.css";

const route = getRouteApi("/settings");
const LIMIT = 50;
const { columns } = membersText;

export function Members() {
  const client = useClient();
  const { can } = useSession();
  const { after } = route.useSearch();
  const query = { cursor: after, limit: LIMIT };
  const members = useQuery({
    queryKey: ["members", query],
    queryFn: ({ signal }) => client.members.list(query, { signal }),
  });
  const mayWrite = can("members:write");
  const { columns, complaint, link, closeLink } = useMemberColumns(mayWrite);
  return (
    <>
      <Card title={membersText.title} lead={membersText.lead} flush>
        <ComplaintNotice complaint={complaint} />
        <Loaded query={members}>
          {({ data, next_cursor }) => (
            <>
              <DataTable
                caption={membersText.caption}
                columns={columns}
                rows={data}
                idOf={({ id }) => id}
                nameOf={({ name }) => name}
              />
              <Pager count={data.length} after={after} next={next_cursor} />
            </>
          )}
        </Loaded>
      </Card>
      {mayWrite && <AddMember />}
      {link !== undefined && <LinkDialog link={link} onClose={closeLink} />}
    </>
  );
}

/** The columns, with what can be done with a member if anything can. */
function useMemberColumns(mayWrite: boolean) {
  const client = useClient();
  const { me } = useSession();
  const queries = useQueryClient();
  const say = useToast();
  const [link, setLink] = useState<SignInLink>();
  const changed = async (text: string) => {
    await queries.invalidateQueries({ queryKey: ["members"] });
    say(text);
  };
  const makeLink = useAction(async (id: string) => setLink(await client.members.link(id, {})));
  const toggle = useAction(async ({ id, status }: Member) => {
    await client.members[status === "active" ? "disable" : "enable"](id);
    await changed(status === "active" ? membersText.disabled : membersText.enabled);
  });
  const setRole = useAction(async ({ id, rev }: Member, role: Member["role"]) => {
    await client.members.update(id, { role }, { ifMatch: rev });
    await changed(membersText.changed);
  });
  const ownId = me.member?.id;
  const role: Column<Member> = {
    header: columns.role,
    cell: (member) =>
      mayWrite && member.id !== ownId ? (
        <MemberRoleChoice of={member} onRole={(role) => void setRole.run(member, role)} />
      ) : (
        membersText.roles[member.role]
      ),
  };
  const actions: Column<Member> = {
    header: columns.action,
    cell: (member) =>
      member.id !== ownId && (
        <Row>
          <Button onClick={() => void makeLink.run(member.id)}>{membersText.link}</Button>
          <Button onClick={() => void toggle.run(member)}>
            {member.status === "active" ? membersText.disable : membersText.enable}
          </Button>
        </Row>
      ),
  };
  return {
    columns: [nameColumn(ownId), role, ...COLUMNS, ...(mayWrite ? [actions] : [])],
    complaint: makeLink.complaint ?? toggle.complaint ?? setRole.complaint,
    link,
    closeLink: () => setLink(undefined),
  };
}

function nameColumn(ownId: string | undefined): Column<Member> {
  return {
    header: columns.name,
    cell: ({ id, name, email }) => (
      <>
        <strong>{name}</strong> {id === ownId && <Badge>{membersText.you}</Badge>}
        {email !== null && <div className={styles.quiet}>{email}</div>}
      </>
    ),
  };
}

const COLUMNS: readonly Column<Member>[] = [
  {
    header: columns.status,
    cell: ({ status }) => <StateBadge state={status} />,
  },
  {
    header: columns.lastSignedIn,
    cell: ({ last_signed_in_at }) =>
      last_signed_in_at === null ? membersText.never : <Instant value={last_signed_in_at} />,
  },
];
