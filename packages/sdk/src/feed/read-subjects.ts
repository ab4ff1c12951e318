import { parseSubjectsAnswer } from "@keyward/core/feed/questions";
import type { NamedSubject } from "@keyward/core/feed/subject";
import { KeywardUnavailable } from "../client/errors.ts";
import { readAnswer } from "../client/read-answer.ts";
import { baseOf, sendable } from "../client/request-parts.ts";
import type { Timers } from "../runtime/timers.ts";

const TIMEOUT_MS = 5_000;

export interface SubjectsParts {
  readonly url: string | URL;
  readonly token: string | (() => string | Promise<string>);
  readonly fetch: typeof fetch;
  readonly timers: Timers;
}

/**
 * Asks which subjects the token may follow (spec/feed.md §2).
 *
 * @throws KeywardError when the authority refuses; KeywardUnavailable or what `fetch` fails with when there is no answer
 */
export async function readSubjects(parts: SubjectsParts): Promise<readonly NamedSubject[]> {
  const { url, token, fetch, timers } = parts;
  const controller = new AbortController();
  const cancel = timers.schedule(TIMEOUT_MS, () => {
    controller.abort(new KeywardUnavailable("timeout", `no answer within ${TIMEOUT_MS} ms`));
  });
  try {
    const key = sendable(typeof token === "string" ? token : await token());
    const response = await fetch(`${baseOf(url)}/v1/feed/subjects`, {
      headers: {
        accept: "application/json, application/problem+json",
        authorization: `Bearer ${key}`,
      },
      signal: controller.signal,
      redirect: "manual",
    });
    const subjects = parseSubjectsAnswer(await readAnswer(response));
    if (subjects !== undefined) return subjects;
    throw new KeywardUnavailable("unrecognised", "the answer is no list of subjects");
  } finally {
    cancel();
  }
}
