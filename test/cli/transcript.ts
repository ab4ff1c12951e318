// Transcripts of shell sessions, which read like one and are run like one.
//
//   # a comment
//   $ a command, with sh, in pipes          % a command at a terminal of 100 columns
//   < what a person types when asked        (after % only; ^D is the end of the input)
//   a line of standard output               ! a line of standard error
//   [2]                                     the exit code, where it is not 0
//
// <<name>> stands for text without blanks: the first time it is taken, later it must be the same, and in commands it is
// put in. <<*>> stands for anything in a line, and a line ... for any number of lines.

export interface Step {
  readonly line: number;
  readonly isTerminal: boolean;
  readonly command: string;
  readonly typed: readonly string[];
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly code: number;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export function parseTranscript(text: string): readonly Step[] {
  const steps: { -readonly [Name in keyof Step]: Step[Name] }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const step = steps.at(-1);
    if (line.startsWith("# ") || line === "") continue;
    if (/^[$%] /.test(line)) {
      const command = line.slice(2);
      const empty = { typed: [], stdout: [], stderr: [], code: 0 };
      steps.push({ line: index + 1, isTerminal: line.startsWith("%"), command, ...empty });
    } else if (step === undefined) {
      throw new Error(`line ${index + 1} belongs to no command`);
    } else if (line.startsWith("< ")) step.typed = [...step.typed, line.slice(2)];
    else if (line.startsWith("! ")) step.stderr = [...step.stderr, line.slice(2)];
    else if (/^\[\d+\]$/.test(line)) step.code = Number(line.slice(1, -1));
    else step.stdout = [...step.stdout, line];
  }
  return steps;
}

/** What was taken from earlier output, by name. */
export type Taken = Map<string, string>;

export function fillIn(text: string, taken: Taken): string {
  return text.replaceAll(/<<(\w+)>>/g, (_, name: string) => {
    const value = taken.get(name);
    if (value === undefined) throw new Error(`<<${name}>> was not taken yet`);
    return value;
  });
}

/** What differs, for people; `undefined` when it matches. Takes what is new. */
export function mismatch(step: Step, ran: Ran, taken: Taken): string | undefined {
  const pairs: readonly (readonly [string, readonly string[], string])[] = [
    ["standard output", step.stdout, ran.stdout],
    ["standard error", step.stderr, ran.stderr],
  ];
  for (const [name, expected, actual] of pairs) {
    const match = patternOf(expected, taken).exec(actual.replace(/\n$/, ""));
    if (match === null) {
      return `${name} should be:\n${expected.join("\n")}\nand is:\n${actual}`;
    }
    for (const [group, value] of Object.entries(match.groups ?? {})) taken.set(group, value);
  }
  return ran.code === step.code
    ? undefined
    : `the exit code should be ${step.code}, is ${ran.code}`;
}

function patternOf(lines: readonly string[], taken: Taken): RegExp {
  const named = new Set<string>();
  const source = lines.map((line) => {
    if (line === "...") return "(?:.*(?:\\n|$))*?";
    return `${line
      .split(/(<<(?:\w+|\*)>>)/)
      .map((part) => partOf(part, taken, named))
      .join("")}(?:\\n|$)`;
  });
  return new RegExp(`^${source.join("")}$`);
}

function partOf(part: string, taken: Taken, named: Set<string>): string {
  const name = /^<<(\w+|\*)>>$/.exec(part)?.[1];
  if (name === undefined) return escape(part);
  if (name === "*") return ".*";
  const known = taken.get(name);
  if (known !== undefined) return escape(known);
  if (named.has(name)) return `\\k<${name}>`;
  named.add(name);
  return `(?<${name}>[^\\s",]+)`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
