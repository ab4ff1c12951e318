import { FAILURES } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import { describeProblem, TRANSPORT_FAILURES } from "../problem.ts";
import type { ProblemCode, TransportFailureCode } from "../problem.ts";
import { DENIAL_ADVICE, FAILURE_ADVICE } from "./advice.ts";
import { markup, inline } from "./markup.ts";
import type { Content } from "./markup.ts";
import { navigationGroup, page } from "./layout.ts";

export interface CodeEntry {
  /** Its anchor on the page. */
  readonly id: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

/** What the API answers with when it fails, in the order of the statuses. */
export function failureEntries(): readonly CodeEntry[] {
  const codes: readonly ProblemCode[] = [
    ...(Object.keys(FAILURES) as FailureCode[]),
    ...(Object.keys(TRANSPORT_FAILURES) as TransportFailureCode[]),
  ];
  return codes
    .map((code) => {
      const { status, title } = describeProblem(code);
      return { id: code, code, status, title, advice: FAILURE_ADVICE[code] };
    })
    .sort((one, other) => one.status - other.status);
}

/** Why a verification denies, in the order of the table. */
export function denialEntries(): readonly CodeEntry[] {
  return (Object.keys(DENIALS) as DenialCode[]).map((code) => {
    const { status, title } = DENIALS[code];
    return { id: `verdict-${code}`, code, status, title, advice: DENIAL_ADVICE[code] };
  });
}

export function errorsPage(): string {
  const failures = failureEntries();
  const denials = denialEntries();
  return page({
    title: "Errors and verdicts · Keyward",
    navigation: [group("Errors", failures), group("Verdicts", denials)],
    content: markup`<h1>Errors and verdicts</h1>
      <p>
        An error is an answer of <code>application/problem+json</code> (RFC 9457). Branch on its
        <code>code</code>: it is stable, and titles and details are for people.
        <code>request_id</code> finds the request in the log and in the audit events.
      </p>
      <p>
        A verdict is no error: <code>POST /v1/verify</code> answers 200 whenever it could decide,
        and the verdict says <code>allowed</code> or <code>denied</code>, with a code and the status
        that your API should answer with.
      </p>
      <h2 id="errors"><a href="#errors">Errors</a></h2>
      ${failures.map(entry)}
      <h2 id="verdicts"><a href="#verdicts">Verdicts</a></h2>
      ${denials.map(entry)}`,
  });
}

function group(title: string, entries: readonly CodeEntry[]): Content {
  return navigationGroup(
    title,
    entries.map(({ id, code }) => ({ id, label: code })),
  );
}

function entry({ id, code, status, title, advice }: CodeEntry): Content {
  return markup`<article id="${id}">
    <h3>
      <a href="#${id}"><code>${code}</code></a> <span class="quiet">${status}</span>
    </h3>
    <p><strong>${title}.</strong> ${inline(advice)}</p>
  </article> `;
}
