import { parseSnapshotLine, parseSnapshotStart } from "@keyward/core/feed/lines";
import type { SnapshotStart } from "@keyward/core/feed/lines";
import type { Environment } from "@keyward/core/key/format";
import { KeywardUnavailable } from "../client/errors.ts";
import type { Lines } from "./feed-http.ts";
import { Replica } from "./replica.ts";

/**
 * Reads a whole snapshot into a replica of its own (spec/feed.md §4).
 *
 * @param keysMax of a verifier that holds no more than so many keys, and whose snapshot has none
 * @param hooks.onStart told whose snapshot it is, before the first item
 * @param hooks.onLine told of every line
 * @throws KeywardUnavailable when it breaks off, or what came is not what was asked for
 */
export async function loadSnapshot(
  lines: Lines,
  environment: Environment,
  hooks: { readonly onStart: (start: SnapshotStart) => void; readonly onLine: () => void },
  keysMax?: number,
): Promise<Replica> {
  let replica: Replica | undefined;
  let count = 0;
  for await (const text of lines) {
    hooks.onLine();
    if (replica === undefined) {
      const start = parseSnapshotStart(text);
      if (start?.subject.environment !== environment) throw wrong("it does not begin as one");
      hooks.onStart(start);
      replica = new Replica(start, keysMax);
      continue;
    }
    const line = parseSnapshotLine(text, replica.subject);
    if (line === undefined) throw wrong("a line is none of a snapshot");
    if (line.type === "end") {
      if (line.count !== count || line.rev !== replica.applied) throw wrong("it is not whole");
      return replica;
    }
    if (line.change.rev > replica.applied) throw wrong("it holds what comes after it");
    const { entity } = line.change.change;
    if (replica.isPartial && (entity === "key" || entity === "owner")) throw wrong("it has keys");
    replica.verifier.apply([line.change]);
    count++;
  }
  throw new KeywardUnavailable("network", "the snapshot broke off");
}

function wrong(why: string): KeywardUnavailable {
  return new KeywardUnavailable("unrecognised", `the snapshot cannot be used: ${why}`);
}
