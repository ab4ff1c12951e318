// Charts of characters, one column for each value.

const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const CHART_LINES = 4;

/** One line. More values than there is room for are summed up in groups of the same size. */
export function sparkline(values: readonly number[], width: number): string {
  const each = Math.max(1, Math.ceil(values.length / Math.max(1, width)));
  const sums: number[] = [];
  for (let start = 0; start < values.length; start += each) {
    sums.push(values.slice(start, start + each).reduce((sum, value) => sum + value, 0));
  }
  return chartLines(sums, 1).join("");
}

/** Bars that stand on the last line; the tallest is the greatest value. What is more than zero is seen. */
export function chartLines(values: readonly number[], lines = CHART_LINES): readonly string[] {
  const greatest = Math.max(...values, 0);
  const heights = values.map((value) => {
    if (value <= 0 || greatest === 0) return 0;
    return Math.max(1, Math.round((value / greatest) * lines * 8));
  });
  return Array.from({ length: lines }, (_, index) => {
    const below = (lines - 1 - index) * 8;
    return heights
      .map((height) => EIGHTHS[Math.max(0, Math.min(8, height - below))] ?? " ")
      .join("")
      .trimEnd();
  });
}
