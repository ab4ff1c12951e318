import { printable } from "./printable.ts";

export interface Column<Row> {
  readonly heading: string;
  readonly value: (row: Row) => string;
  /** Never cut: an id that is cut is of no use. */
  readonly whole?: true;
  /** Left out where there is no room for it. */
  readonly minor?: true;
}

const GAP = "  ";
const COLUMN_CHARS_MIN = 8;
const SEGMENTER = new Intl.Segmenter();

/**
 * Lines of aligned columns. Where a width is given minor columns go, and then the widest give way, until the lines fit; in
 * a pipe nothing is cut, because a program reads it.
 */
export function tableLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number | undefined,
): readonly string[] {
  const measured = columns.map((column) => measure(rows, column));
  const kept = width === undefined ? measured : fit(measured, width);
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    kept
      .map(({ cells, chars }) => padded(cells[line] ?? "", chars))
      .join(GAP)
      .trimEnd(),
  );
}

interface Measured {
  readonly cells: readonly string[];
  readonly chars: number;
  readonly charsMin: number;
  readonly isMinor: boolean;
}

function measure<Row>(rows: readonly Row[], column: Column<Row>): Measured {
  const { heading, value, whole = false, minor = false } = column;
  const cells = [heading.toUpperCase(), ...rows.map((row) => printable(value(row)))];
  const chars = cells.reduce((widest, cell) => Math.max(widest, widthOf(cell)), 0);
  const charsMin = whole ? chars : Math.min(chars, COLUMN_CHARS_MIN);
  return { cells, chars, charsMin, isMinor: minor };
}

function fit(columns: readonly Measured[], width: number): readonly Measured[] {
  const least = sum(columns.map(({ charsMin }) => charsMin)) + gapsOf(columns);
  const hasMinor = columns.some(({ isMinor }) => isMinor);
  if (least > width && hasMinor) return fit(withoutLastMinor(columns), width);
  const fitted = columns.map((column) => ({ ...column }));
  for (;;) {
    const excess = sum(fitted.map(({ chars }) => chars)) + gapsOf(fitted) - width;
    const slack = ({ chars, charsMin }: Measured) => chars - charsMin;
    const [widest] = fitted.toSorted((a, b) => slack(b) - slack(a));
    if (excess <= 0 || widest === undefined || slack(widest) === 0) return fitted;
    widest.chars -= 1;
  }
}

function withoutLastMinor(columns: readonly Measured[]): readonly Measured[] {
  const last = columns.findLastIndex(({ isMinor }) => isMinor);
  return columns.filter((_, index) => index !== last);
}

function gapsOf(columns: readonly Measured[]): number {
  return GAP.length * (columns.length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function padded(cell: string, width: number): string {
  const missing = width - widthOf(cell);
  return missing >= 0
    ? cell + " ".repeat(missing)
    : `${charactersOf(cell)
        .slice(0, width - 1)
        .join("")}…`;
}

function widthOf(text: string): number {
  return charactersOf(text).length;
}

/** As people count: an emoji of several code points is one. */
function charactersOf(text: string): readonly string[] {
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}
