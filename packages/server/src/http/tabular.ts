// The rows of an answer as CSV or as lines of JSON, for spreadsheets and pipes.
import { stringify } from "csv-stringify/sync";

export const TABULAR_TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson",
} as const;

export type TabularFormat = keyof typeof TABULAR_TYPES;

/** Which of them a request prefers to JSON, by `Accept` (RFC 9110 §12.5.1, as far as it matters here). */
export function tabularFormat(accept: string | undefined): TabularFormat | undefined {
  const [first = ""] = (accept ?? "").toLowerCase().split(/[,;]/);
  switch (first.trim()) {
    case "text/csv":
      return "csv";
    case "application/x-ndjson":
    case "application/ndjson":
      return "ndjson";
    default:
      return undefined;
  }
}

export function tabular(rows: readonly object[], format: TabularFormat): string {
  if (format === "ndjson") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  // A spreadsheet runs a cell that begins like a formula (T56, CWE-1236).
  return stringify([...rows], { header: true, escape_formulas: true, record_delimiter: "windows" });
}
