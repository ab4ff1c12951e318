import type { ClientId, CredentialId, SecretId } from "../id.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import type { CellTable } from "./cell-table.ts";
import { dayOfMinute } from "./cell.ts";
import type { SecretUse } from "./cell.ts";
import { DistinctCounter } from "./distinct-counter.ts";
import type { MeteredRequest, MeteredSecret } from "./metered.ts";
import type { AskedScopes } from "./need.ts";
import type { NeedQueue } from "./need-queue.ts";
import { productOf, usageNetwork } from "./network.ts";
import { OpenNeeds, soleNeedOf } from "./open-needs.ts";

/** Codes and tags that are told apart for one secret within a minute; beyond, the tag goes. Few enough to be looked through. */
const OTHER_CELLS_MAX = 62;
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
  #minute = 0;
  #at = 0;
  #ip: string | undefined;
  #userAgent: string | undefined;
  /** Most secrets have one cell and come from one address: what only others need is made when it is. */
  #cell: OpenCell | undefined;
  #otherCells: OpenCell[] | undefined;
  #earlierAddresses: Set<string> | undefined;
  #networks: DistinctCounter | undefined;
  /** Of the day, and told. */
  #need: string | undefined;
  #otherNeeds: OpenNeeds | undefined;

  constructor({ keyId, secretId }: MeteredSecret) {
    this.keyId = keyId;
    this.secretId = secretId;
  }

  /** Of the counts that are not yet in the table. */
  get minute(): number {
    return this.#minute;
  }

  /** From now on it counts in this minute; what it needs is told anew each day. */
  turnTo(minute: number): void {
    if (dayOfMinute(minute) !== dayOfMinute(this.#minute)) {
      this.#need = undefined;
      this.#otherNeeds = undefined;
    }
    this.#minute = minute;
  }

  noteNeeds(asked: AskedScopes | undefined, queue: NeedQueue): void {
    const sole = soleNeedOf(asked);
    if (sole !== undefined && sole === this.#need) return;
    const day = dayOfMinute(this.#minute);
    if (sole === undefined || this.#need !== undefined || this.#otherNeeds !== undefined) {
      this.#otherNeeds ??= new OpenNeeds({ day, keyId: this.keyId }, this.#need);
      this.#otherNeeds.note(asked, queue);
    } else if (queue.add({ day, keyId: this.keyId, need: sole })) this.#need = sole;
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

  /** Moves its counts into the table. */
  drainInto(table: CellTable): void {
    if (this.#cell !== undefined) this.#drainCell(this.#cell, table);
    if (this.#otherCells !== undefined) {
      for (const cell of this.#otherCells) this.#drainCell(cell, table);
    }
    // Tags that come and go must not fill the places for ever.
    if (this.#isFull()) this.#otherCells = undefined;
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

  #drainCell(cell: OpenCell, table: CellTable): void {
    const { code, tag, count, cost } = cell;
    if (count === 0) return;
    table.add({ minute: this.#minute, keyId: this.keyId, code, tag, count, cost });
    cell.count = 0;
    cell.cost = 0;
  }

  #cellOf(code: VerdictCode, tag: string): OpenCell {
    const first = this.#cell;
    if (first === undefined) return (this.#cell = { code, tag, count: 0, cost: 0 });
    if (isOf(first, code, tag)) return first;
    const others = (this.#otherCells ??= []);
    for (const cell of others) if (isOf(cell, code, tag)) return cell;
    if (tag !== "" && this.#isFull()) return this.#cellOf(code, "");
    const cell = { code, tag, count: 0, cost: 0 };
    others.push(cell);
    return cell;
  }

  #isFull(): boolean {
    return (this.#otherCells?.length ?? 0) >= OTHER_CELLS_MAX;
  }

  #noteAddress(ip: string | undefined): void {
    if (this.#ip !== undefined) (this.#earlierAddresses ??= new Set()).add(this.#ip);
    this.#ip = ip;
    if ((this.#earlierAddresses?.size ?? 0) >= ADDRESSES_MAX) this.#countNetworks();
  }

  #countNetworks(): void {
    if (this.#ip !== undefined) this.#countNetworkOf(this.#ip);
    this.#earlierAddresses?.forEach((address) => this.#countNetworkOf(address));
    this.#earlierAddresses = undefined;
  }

  #countNetworkOf(address: string): void {
    const network = usageNetwork(address);
    if (network !== undefined) (this.#networks ??= new DistinctCounter()).add(network);
  }
}

function isOf(cell: OpenCell, code: VerdictCode, tag: string): boolean {
  return cell.code === code && cell.tag === tag;
}
