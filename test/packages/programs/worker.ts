// The same in a worker, which holds nothing between two requests and therefore asks Keyward.
import { remoteStatuses } from "./statuses.ts";
import type { Surroundings } from "./statuses.ts";

// oxlint-disable-next-line import/no-default-export -- a worker is its file's default export
export default {
  async test(_controller: unknown, surroundings: Surroundings): Promise<void> {
    console.log(JSON.stringify({ remote: await remoteStatuses(surroundings) }));
  },
};
