// NOTIFY, which only wakes: what was missed is read at the next look (F16).
import { Client } from "pg";
import type { ClientConfig } from "pg";
import { parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import type { Connections } from "./connections.ts";

const CHANNEL = "keyward";
const EVERYTHING = "look";
const CONNECT_MS_MAX = 5_000;

export class Announcements {
  readonly #config: ClientConfig;
  readonly #connections: Connections;
  /** Of one workspace, or of whatever there is. */
  readonly #onNews: (workspaceId: WorkspaceId | undefined) => void;
  readonly #untold = new Set<string>();
  #listening: Client | undefined;
  #isTelling = false;
  #isClosed = false;

  constructor(
    config: ClientConfig,
    connections: Connections,
    onNews: (workspaceId: WorkspaceId | undefined) => void,
  ) {
    this.#config = config;
    this.#connections = connections;
    this.#onNews = onNews;
  }

  /** Listens again if it does not; without success it is tried again at the next look. */
  async listen(): Promise<void> {
    if (this.#listening !== undefined || this.#isClosed) return;
    const client = new Client({ ...this.#config, connectionTimeoutMillis: CONNECT_MS_MAX });
    this.#listening = client;
    const forget = () => {
      if (this.#listening === client) this.#listening = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    client.on("notification", ({ payload = "" }) => {
      const workspaceId = parseId("workspace", payload);
      if (workspaceId !== undefined) this.#onNews(workspaceId);
      else if (payload === EVERYTHING) this.#onNews(undefined);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch {
      forget();
      await client.end().catch(() => {});
    }
  }

  /** Has the other nodes look. */
  nudge(): void {
    this.#tellOf(EVERYTHING);
  }

  /** Wakes the other nodes; of many commits in a short time it does so once. */
  tell(workspaceId: WorkspaceId): void {
    this.#tellOf(workspaceId);
  }

  #tellOf(payload: string): void {
    this.#untold.add(payload);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#untold.size > 0) {
      const ids = [...this.#untold];
      this.#untold.clear();
      // Within a transaction that writes, the lock of NOTIFY would hold up every commit of the server.
      const notify = ids.map((id) => `select pg_notify('${CHANNEL}', '${id}')`).join("; ");
      await this.#connections
        .write("*", (transaction) => transaction.execute(notify))
        .catch(() => {});
    }
    this.#isTelling = false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#listening?.end().catch(() => {});
  }
}
