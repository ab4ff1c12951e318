// Hands rows over in batches, and keeps account of what became of each.
import type { Client } from "@keyward/sdk/client";
import { KeywardError } from "@keyward/sdk/client";
import type { ForeignKey, Row } from "./row.ts";

/** No more than `POST /v1/keys/import` takes at a time. */
const BATCH_ROWS = 100;

/** What holds for each key of an import, where its row says nothing else. */
export interface Target {
  readonly api: string;
  readonly environment: "live" | "test";
  readonly owner: string | undefined;
  readonly scopes: readonly string[];
  readonly plan: string | undefined;
}

export interface Outcome {
  readonly row: number;
  readonly outcome: "imported" | "exists" | "refused";
  readonly id?: string;
  /** Why it is refused. */
  readonly detail?: string;
}

type Items = Parameters<Client["keys"]["import"]>[0]["items"];
type Item = Items[number];
type Sent = Row & { readonly key: ForeignKey };

/** In the order of the rows, batch by batch: whoever stops reads no more of them, and may begin again with the same rows. */
export async function* importRows(
  client: Client,
  rows: readonly Row[],
  target: Target,
): AsyncGenerator<Outcome> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const batch = rows.slice(start, start + BATCH_ROWS);
    const outcomes = await importBatch(client, batch.filter(isSendable), target);
    const byRow = new Map(outcomes.map((outcome) => [outcome.row, outcome]));
    for (const { number, problem } of batch) {
      yield (
        byRow.get(number) ?? {
          row: number,
          outcome: "refused",
          ...(problem && { detail: problem }),
        }
      );
    }
  }
}

async function importBatch(
  client: Client,
  rows: readonly Sent[],
  target: Target,
): Promise<readonly Outcome[]> {
  if (rows.length === 0) return [];
  try {
    const items = rows.map(({ key }) => itemOf(key, target));
    const { data } = await client.keys.import({ items });
    return data.map(({ outcome, id, detail }, index) => ({
      row: rows[index]?.number ?? 0,
      outcome,
      ...(id !== undefined && { id }),
      ...(detail !== undefined && { detail }),
    }));
  } catch (error) {
    if (!(error instanceof KeywardError) || error.status === 401 || error.status === 403)
      throw error;
    const [only, ...others] = rows;
    // One row that cannot be taken keeps its whole batch back: so each by itself.
    if (others.length > 0) return await each(client, rows, target);
    return [{ row: only?.number ?? 0, outcome: "refused", detail: detailOf(error) }];
  }
}

async function each(
  client: Client,
  rows: readonly Sent[],
  target: Target,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const row of rows) outcomes.push(...(await importBatch(client, [row], target)));
  return outcomes;
}

function itemOf(key: ForeignKey, target: Target): Item {
  const { expiresAt, scopes = target.scopes, name, owner, ...rest } = key;
  const holder = owner ?? target.owner ?? "";
  return {
    ...rest,
    api: target.api,
    environment: target.environment,
    name: (name ?? holder).slice(0, 200),
    owner: holder,
    scopes: [...scopes],
    // What ended there has no end that is ahead: the server says so of each.
    expires_at: expiresAt ?? null,
    ...(target.plan !== undefined && { plan: target.plan }),
  };
}

function detailOf({ message, errors }: KeywardError): string {
  const [first] = errors;
  return first === undefined
    ? message
    : `${first.pointer.replace("/items/0", "")}: ${first.detail}`;
}

function isSendable(row: Row): row is Sent {
  return row.key !== undefined;
}
