import type { ClientId, CredentialId, SecretId } from "../id.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import type { SecretUse, UsageCell } from "./cell.ts";
import { DistinctCounter } from "./distinct-counter.ts";
import type { MeteredRequest, MeteredSecret } from "./metered.ts";
import { productOf, usageNetwork } from "./network.ts";

/** Codes and tags that are told apart for one secret within a minute; beyond, the tag goes. Few enough to be looked through. */
const CELLS_PER_SECRET_MAX = 64;
/** How many addresses wait to be counted as networks. */
const ADDRESSES_MAX = 32;

interface OpenCell {
  readonly code: VerdictCode;
  readonly tag: string;
  count: number;
  cost: number;
}

/** What is being counted of one secret. */
export class OpenSecret {
  readonly keyId: CredentialId;
  readonly secretId: SecretId | ClientId;
  /** Has counts that are not yet in the table. */
  isTouched = false;
  /** Has a last use that waits to be reported. */
  isUnreported = false;
  #cells: OpenCell[] = [];
  #at = 0;
  #ip: string | undefined;
  #userAgent: string | undefined;
  readonly #addresses = new Set<string>();
  #networks: DistinctCounter | undefined;

  constructor({ keyId, secretId }: MeteredSecret) {
    this.keyId = keyId;
    this.secretId = secretId;
  }

  count(code: VerdictCode, now: Instant, { context, tag = "", cost = 1 }: MeteredRequest): void {
    if (now > this.#at) this.#at = now;
    this.#userAgent = context?.user_agent;
    const ip = context?.ip;
    if (ip !== this.#ip) this.#noteAddress(ip);
    const cell = this.#cellOf(code, tag);
    cell.count++;
    if (code === "allowed") cell.cost += cost;
  }

  drainInto(add: (cell: Omit<UsageCell, "minute">) => void): void {
    const { keyId } = this;
    for (const cell of this.#cells) {
      const { code, tag, count, cost } = cell;
      if (count === 0) continue;
      add({ keyId, code, tag, count, cost });
      cell.count = 0;
      cell.cost = 0;
    }
    // Tags that come and go must not fill the places for ever.
    if (this.#cells.length >= CELLS_PER_SECRET_MAX) this.#cells = [];
    this.isTouched = false;
  }

  takeUse(): SecretUse {
    this.#countNetworks();
    const { keyId, secretId } = this;
    const network = this.#ip === undefined ? null : (usageNetwork(this.#ip) ?? null);
    const agent = this.#userAgent === undefined ? null : (productOf(this.#userAgent) ?? null);
    const networks = this.#networks?.toText() ?? "";
    this.isUnreported = false;
    this.#networks = undefined;
    // The next use from the same address has to be counted in the next report.
    this.#ip = undefined;
    return { keyId, secretId, at: instant(this.#at), network, agent, networks };
  }

  #cellOf(code: VerdictCode, tag: string): OpenCell {
    for (const cell of this.#cells) {
      if (cell.code === code && cell.tag === tag) return cell;
    }
    if (tag !== "" && this.#cells.length >= CELLS_PER_SECRET_MAX - 1) return this.#cellOf(code, "");
    const cell = { code, tag, count: 0, cost: 0 };
    this.#cells.push(cell);
    return cell;
  }

  #noteAddress(ip: string | undefined): void {
    this.#ip = ip;
    if (ip === undefined) return;
    this.#addresses.add(ip);
    if (this.#addresses.size >= ADDRESSES_MAX) this.#countNetworks();
  }

  #countNetworks(): void {
    for (const address of this.#addresses) {
      const network = usageNetwork(address);
      if (network !== undefined) (this.#networks ??= new DistinctCounter()).add(network);
    }
    this.#addresses.clear();
  }
}
