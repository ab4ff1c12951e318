import { useRef } from "react";
import type { ReactNode } from "react";
import { partText } from "../text/parts.ts";
import { shortcutText } from "../text/shortcuts.ts";
import { useShortcut } from "./shortcuts.ts";
import styles from "./data-table.module.css";

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  /** Left out where the window is narrow: the page of the thing tells it, too. */
  readonly isSecondary?: boolean;
}

export interface Selection {
  readonly selected: ReadonlySet<string>;
  readonly onSelected: (selected: ReadonlySet<string>) => void;
}

interface DataTableProps<Row> {
  /** What the rows are, for who does not see the heading above. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly selection?: Selection;
}

/** A plain table. The first link of each row is where `j` and `k` go, and `x` selects that row. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, idOf, nameOf, selection } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  useShortcut("j", shortcutText.nextRow, () => moveFocus(body.current, 1));
  useShortcut("k", shortcutText.previousRow, () => moveFocus(body.current, -1));
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {selection && (
              <th className={styles.check}>
                <SelectAll selection={selection} ids={rows.map(idOf)} />
              </th>
            )}
            {columns.map((column) => (
              <th key={column.header} scope="col" className={classOf(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => {
            const id = idOf(row);
            return (
              <tr key={id} data-selected={selection?.selected.has(id)}>
                {selection && (
                  <td className={styles.check}>
                    <SelectRow selection={selection} id={id} name={nameOf(row)} />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.header} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {selection && <SelectShortcut body={() => body.current} />}
    </div>
  );
}

function classOf<Row>({ isNumber, isSecondary }: Column<Row>): string | undefined {
  if (isSecondary) return styles.secondary;
  return isNumber ? styles.number : undefined;
}

function SelectAll({
  selection: { selected, onSelected },
  ids,
}: {
  readonly selection: Selection;
  readonly ids: readonly string[];
}) {
  const count = ids.filter((id) => selected.has(id)).length;
  return (
    <label>
      <span className="visually-hidden">{partText.selectAll}</span>
      <input
        type="checkbox"
        ref={(input) => {
          if (input !== null) input.indeterminate = count > 0 && count < ids.length;
        }}
        checked={count > 0 && count === ids.length}
        onChange={({ target }) => onSelected(new Set(target.checked ? ids : []))}
      />
    </label>
  );
}

function SelectRow({
  selection: { selected, onSelected },
  id,
  name,
}: {
  readonly selection: Selection;
  readonly id: string;
  readonly name: string;
}) {
  return (
    <label>
      <span className="visually-hidden">{partText.selectRow(name)}</span>
      <input
        type="checkbox"
        checked={selected.has(id)}
        onChange={({ target }) => {
          const next = new Set(selected);
          if (target.checked) next.add(id);
          else next.delete(id);
          onSelected(next);
        }}
      />
    </label>
  );
}

function SelectShortcut({ body }: { readonly body: () => HTMLElement | null }) {
  useShortcut("x", shortcutText.selectRow, () => {
    const row = document.activeElement?.closest("tr");
    if (row && body()?.contains(row)) row.querySelector<HTMLInputElement>("input")?.click();
  });
  return null;
}

function moveFocus(body: HTMLElement | null, step: 1 | -1): void {
  const links = [...(body?.querySelectorAll<HTMLElement>("tr a:first-of-type") ?? [])];
  const firsts = links.filter((link) => link.closest("tr")?.querySelector("a") === link);
  const row = document.activeElement?.closest("tr");
  const at = firsts.findIndex((link) => link.closest("tr") === row);
  const next = at === -1 ? (step === 1 ? 0 : firsts.length - 1) : at + step;
  firsts[next]?.focus();
}
