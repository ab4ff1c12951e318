import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Policy } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Instant } from "../../parts/instant.tsx";
import { ListPage } from "../../parts/list-page.tsx";
import { applyText, policiesText } from "../../text/policies.ts";
import { policySentence, subjectOf } from "./policy-sentence.ts";

const { columns } = policiesText;

const COLUMNS: readonly Column<Policy>[] = [
  {
    header: columns.name,
    cell: ({ id, name }) => (
      <Link to="/policies/$policy" params={{ policy: id }}>
        {name}
      </Link>
    ),
  },
  { header: columns.of, cell: subjectOf },
  { header: columns.rules, cell: policySentence },
  {
    header: columns.applied,
    cell: ({ application }) =>
      application === null ? applyText.never : applyText.states[application.status],
  },
  {
    header: columns.created,
    isSecondary: true,
    cell: ({ created_at }) => <Instant value={created_at} />,
  },
];

export function PoliciesPage() {
  const client = useClient();
  const { can } = useSession();
  const policies = useQuery({
    queryKey: ["policies"],
    queryFn: ({ signal }) => client.policies.list({ signal }),
  });
  return (
    <ListPage
      text={policiesText}
      icon="policies"
      createAt={can("policies:write") ? "/policies/new" : undefined}
      query={policies}
      columns={COLUMNS}
      nameOf={({ name }) => name}
    />
  );
}
