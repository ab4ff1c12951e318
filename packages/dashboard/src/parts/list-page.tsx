import type { ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { shortcutText } from "../text/shortcuts.ts";
import { buttonClass } from "./button.tsx";
import { DataTable } from "./data-table.tsx";
import type { Column } from "./data-table.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import { Loaded } from "./loaded.tsx";
import { Page } from "./page.tsx";
import { Pager } from "./pager.tsx";
import { Panel } from "./panel.tsx";
import { useShortcut } from "./shortcuts.ts";

interface ListText {
  readonly title: string;
  readonly lead: string;
  readonly create: string;
  readonly caption: string;
  readonly empty: string;
  readonly emptyHint: string;
}

interface Listed<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

interface ListPageProps<Row> {
  readonly text: ListText;
  readonly icon: IconName;
  /** Where one makes another; `undefined` for who may not. */
  readonly createAt: NonNullable<LinkProps["to"]> | undefined;
  readonly query: UseQueryResult<Listed<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly nameOf: (row: Row) => string;
  /** The cursor in the address. */
  readonly after?: string | undefined;
  /** Filters, if there are any. */
  readonly toolbar?: ReactNode;
  /** What stands in place of an empty list when filters made it so. */
  readonly filteredEmpty?: ReactNode;
  /** Of a list that is never without rows, whether these are as good as none. */
  readonly isEmpty?: (rows: readonly Row[]) => boolean;
}

/** A page that lists things: none of them, some of them, and the way to make one. */
export function ListPage<Row extends { readonly id: string }>(props: ListPageProps<Row>) {
  const { text, icon, createAt, query, columns, nameOf, after, toolbar, filteredEmpty } = props;
  const { isEmpty = (rows) => rows.length === 0 } = props;
  const navigate = useNavigate();
  useShortcut("c", shortcutText.create, () => {
    if (createAt !== undefined) void navigate({ to: createAt });
  });
  const create = createAt !== undefined && (
    <Link to={createAt} className={buttonClass("primary")}>
      <Icon name="plus" />
      {text.create}
    </Link>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={create}>
      {toolbar}
      <Panel>
        <Loaded query={query}>
          {({ data, next_cursor }) =>
            isEmpty(data) ? (
              filteredEmpty || (
                <EmptyState icon={icon} title={text.empty} actions={create}>
                  {text.emptyHint}
                </EmptyState>
              )
            ) : (
              <>
                <DataTable
                  caption={text.caption}
                  columns={columns}
                  rows={data}
                  idOf={({ id }) => id}
                  nameOf={nameOf}
                />
                <Pager count={data.length} after={after} next={next_cursor} />
              </>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
