import { feedItem } from "@keyward/core/feed/item";
import { snapshotEndLine, snapshotItemLine, snapshotStartLine } from "@keyward/core/feed/lines";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { SubjectScan } from "../storage/storage.ts";

/** The lines of a snapshot, a page of the scan at a time; `undefined` after the last, or when it may not go on (T66). */
export function snapshotBytes(
  scan: SubjectScan,
  of: { readonly epoch: string; readonly subject: FeedSubject; readonly isAllowed: () => boolean },
): () => Promise<Uint8Array | undefined> {
  const lines = pages(scan, of);
  return async () => {
    if (!of.isAllowed()) throw new Error("the key of a snapshot's reader is no longer accepted");
    const step = await lines.next();
    return step.done === true ? undefined : Buffer.from(step.value);
  };
}

async function* pages(
  { rev, pages }: SubjectScan,
  { epoch, subject }: { readonly epoch: string; readonly subject: FeedSubject },
): AsyncGenerator<string> {
  yield `${snapshotStartLine({ epoch, subject, rev })}\n`;
  let count = 0;
  for await (const changes of pages) {
    count += changes.length;
    let text = "";
    for (const change of changes) {
      text += `${snapshotItemLine(feedItem(change.change, change.rev))}\n`;
    }
    if (text !== "") yield text;
  }
  yield `${snapshotEndLine(rev, count)}\n`;
}
