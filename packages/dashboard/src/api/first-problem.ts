/** What is wrong with a list, or with the first of its items that is wrong. */
export function firstProblem(
  problems: Readonly<Record<string, string>>,
  below: string,
): string | undefined {
  return Object.entries(problems).find(([pointer]) => pointer.startsWith(below))?.[1];
}
