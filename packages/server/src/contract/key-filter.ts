// What a list of keys and a revocation of many can be asked for: what is listed is what would be revoked.
import { environment, idParam, instantInput, keyKind, networkInput, reference } from "./schemas.ts";

export const keyFilter = {
  api: reference.exactOptional().meta({ description: "The api's id or its prefix" }),
  owner: reference.exactOptional().meta({ description: "The owner's id or its external id" }),
  role: idParam("role").exactOptional(),
  environment: environment.exactOptional(),
  kind: keyKind.exactOptional(),
  created_after: instantInput.exactOptional().meta({ description: "At this instant or later" }),
  created_before: instantInput.exactOptional(),
  last_used_from: networkInput.exactOptional(),
  not_used_since: instantInput.exactOptional().meta({
    description:
      "Not at this instant and not later. A key that was never used is among them; of 1970-01-01T00:00:00Z those alone are",
  }),
};
