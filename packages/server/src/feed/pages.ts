// Pages of changes, written once for all streams that stand at the same rev.
import { feedItem } from "@keyward/core/feed/item";
import { batchLine } from "@keyward/core/feed/lines";
import type { FeedSubject } from "@keyward/core/feed/subject";
import { tenantScope } from "../storage/storage.ts";
import type { ChangesPage, FeedReader } from "../storage/storage.ts";

/** Revs that one reading looks at. */
const REVS_PER_PAGE = 500;
/** Above this, a page is read again with half the revs: lines have a limit, and so has what waits in memory. */
const PAGE_BYTES_MAX = 512 * 1024;
const PAGES_KEPT = 32;

export interface WrittenPage {
  readonly to: number;
  readonly bytes: Uint8Array;
}

export class Pages {
  readonly #feed: FeedReader;
  readonly #kept = new Map<string, Promise<WrittenPage | undefined>>();

  constructor(feed: FeedReader) {
    this.#feed = feed;
  }

  /**
   * The next page after a rev.
   *
   * @param head the workspace's last rev: greater than `after`
   * @returns `undefined` when the changes are no longer kept
   */
  read(subject: FeedSubject, after: number, head: number): Promise<WrittenPage | undefined> {
    const { workspaceId, apiId, environment } = subject;
    const name = `${workspaceId} ${apiId} ${environment} ${after} ${head}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const page = this.#write(subject, after);
    this.#keep(name, page);
    return page;
  }

  #keep(name: string, page: Promise<WrittenPage | undefined>): void {
    this.#kept.set(name, page);
    // What could not be read is nothing to remember.
    page.catch(() => this.#kept.delete(name));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > PAGES_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #write(subject: FeedSubject, after: number): Promise<WrittenPage | undefined> {
    const { workspaceId, ...within } = subject;
    const scope = tenantScope(workspaceId);
    for (let revs = REVS_PER_PAGE; ; revs = Math.ceil(revs / 2)) {
      const page = await this.#feed.readChanges(scope, within, after, revs);
      if (page === undefined) return undefined;
      const bytes = Buffer.from(lineOf(page));
      if (bytes.length <= PAGE_BYTES_MAX || revs === 1) return { to: page.to, bytes };
    }
  }
}

function lineOf({ from, to, changes }: ChangesPage): string {
  const items = changes.map(({ change, rev }) => feedItem(change, rev));
  return `${batchLine(from, to, items)}\n`;
}
