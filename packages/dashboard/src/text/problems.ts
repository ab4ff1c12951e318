export const problemText = {
  forbidden: "You may not do that",
  unavailable: "Keyward does not answer",
  defect: "Something went wrong in this page",
  retry: "Try again",
  copyDiagnostics: "Copy details",
  requestId: "Request",
  askGrant: "Who manages members or management keys of this workspace can grant it.",
  notFound: "There is no such thing here",
  notFoundHint: "It may have been deleted, or it belongs to another workspace.",
  stale: "Shown as last read; Keyward does not answer now.",
  outage: (reason: "network" | "timeout" | "busy" | "unrecognised") =>
    ({
      network:
        "There is no connection to it. Nothing was changed unless it says so when it is back.",
      timeout:
        "It took too long. A change may or may not have happened: look before you repeat it.",
      busy: "It is starting, stopping or cannot write now. It usually passes within seconds.",
      unrecognised: "Something else answered in its place: a proxy, perhaps.",
    })[reason],
} as const;
