// What must hold of the process before it serves anything.

/** The first release in which a header named `__proto__` cannot end the process (T27). */
const NODE_VERSION_MIN = [24, 14, 1] as const;

export interface Runtime {
  /** Such as `26.10.0`. */
  readonly nodeVersion: string;
  /** Everything that Node was told on its command line and by NODE_OPTIONS. */
  readonly nodeOptions: readonly string[];
}

/** Why this process must not serve; empty when it may. */
export function bootProblems({ nodeVersion, nodeOptions }: Runtime): readonly string[] {
  const problems: string[] = [];
  if (isOlder(nodeVersion.split(".").map(Number), NODE_VERSION_MIN)) {
    problems.push(`Node ${nodeVersion} is too old: ${NODE_VERSION_MIN.join(".")} is needed`);
  }
  if (nodeOptions.some((option) => option.includes("--insecure-http-parser"))) {
    problems.push("--insecure-http-parser lets requests be smuggled: start Node without it");
  }
  return problems;
}

function isOlder(version: readonly number[], min: readonly number[]): boolean {
  const index = min.findIndex((part, place) => part !== version[place]);
  return index >= 0 && (version[index] ?? 0) < (min[index] ?? 0);
}
