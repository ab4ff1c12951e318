import { KeywardError, KeywardUnavailable } from "@keyward/sdk/client";
import { problemText } from "../text/problems.ts";

/** Somebody can grant what is missing. Any other refusal says itself what is to be done. */
const LACKING = "insufficient_permission";

/** What went wrong, for a person. */
export interface Complaint {
  readonly kind: "forbidden" | "not_found" | "unavailable" | "refused" | "changed";
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string | undefined;
  /** By JSON pointer into what was sent. */
  readonly fields: Readonly<Record<string, string>>;
}

export function complaintOf(error: unknown): Complaint {
  if (error instanceof KeywardError) {
    const { code, detail, title, requestId } = error;
    return {
      kind: kindOf(error),
      title: code === LACKING ? problemText.forbidden : title,
      detail: detail ?? title,
      code,
      requestId,
      fields: Object.fromEntries(error.errors.map(({ pointer, detail }) => [pointer, detail])),
    };
  }
  const isOutage = error instanceof KeywardUnavailable;
  return {
    kind: "unavailable",
    title: isOutage ? problemText.unavailable : problemText.defect,
    detail: isOutage ? problemText.outage(error.reason) : String(error),
    code: isOutage ? error.reason : "internal",
    requestId: isOutage ? error.requestId : undefined,
    fields: {},
  };
}

function kindOf({ status, code }: KeywardError): Complaint["kind"] {
  if (code === LACKING) return "forbidden";
  switch (status) {
    case 404:
      return "not_found";
    case 412:
      return "changed";
    default:
      return status >= 500 ? "unavailable" : "refused";
  }
}
