import { Command } from "commander";
import type { Key, KeysUpdateBody } from "@keyward/sdk/client/operations.generated";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { collectLimits, planOf } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseExpiry, parseMetadata } from "../values.ts";
import type { Expiry } from "../values.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly owner?: string;
  readonly scope?: readonly string[];
  readonly role?: readonly string[];
  readonly expires?: Expiry;
  readonly ip?: readonly string[];
  readonly plan?: string;
  readonly limit?: readonly LimitOption[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export function keysUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a key. What is not named stays; lists are replaced")
    .argument("<key>", "the id of the key")
    .option("--name <name>", "what people call it")
    .option("--owner <owner>", "give it to this owner")
    .option("--scope <scope>", "grant this scope and those beside it alone; repeatable", collect)
    .option("--role <role>", "give this role and those beside it alone; repeatable", collect)
    .option("--expires <when>", "90d, never, or an instant", parseExpiry)
    .option("--ip <cidr>", "only from this address or network; repeatable; any lifts it", collect)
    .option("--plan <plan>", "with the limits of this plan; none takes it away")
    .option(
      "--limit <limit>",
      "with this limit and those beside it alone; none lifts all",
      collectLimits,
    )
    .option("--metadata <json>", "your own facts: a JSON object, or @FILE", parseMetadata);
  return addIfMatch(command).action(async (key: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { name, owner, scope, role, expires, ip, metadata, limit: limits } = options;
    const lists = { scopes: scope, roles: role, limits };
    const plan = planOf(options.plan);
    const named = { name, owner, ...lists, plan, expires_at: expires?.at, metadata };
    assertChange({ ...named, ip }, "keys update");
    if (ip === undefined) {
      const { ifMatch } = options;
      session.output.one(await session.client.keys.update(key, named, { ifMatch }));
      return;
    }
    // The other restrictions stay, so they must still be those that were read.
    const present = await session.client.keys.get(key);
    const body = { ...named, restrictions: restrictionsWith(present, ip) };
    const ifMatch = options.ifMatch ?? present.rev;
    session.output.one(await session.client.keys.update(key, body, { ifMatch }));
  });
}

function restrictionsWith(key: Key, ips: readonly string[]): KeysUpdateBody["restrictions"] {
  const { ips: _present, ...others } = key.restrictions ?? {};
  const isLifted = ips.length === 1 && ips[0] === "any";
  const all = isLifted ? others : { ...others, ips };
  return Object.keys(all).length === 0 ? null : all;
}
