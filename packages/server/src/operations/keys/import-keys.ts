// Keys that were issued elsewhere: of each, Keyward is given the digest that it would have kept itself.
import { OperationError } from "@keyward/core/failure/failures";
import { digestFromHex } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { invalid } from "../invalid.ts";
import { resolveApi } from "../resolve.ts";
import { recordKey } from "./create-key.ts";

type Item = InputOf<"keys.import">["body"]["items"][number];
type Outcome = ResultOf<"keys.import">["data"][number];

/** Where nobody knows the last four characters of a key. */
const UNKNOWN_HINT = "····";

/**
 * Each item by itself: one that is refused keeps none of the others back. A digest that the workspace has already is not
 * imported again, so a batch may be repeated.
 */
export async function importKeys(
  call: Call,
  writer: Writer,
  { body: { items } }: InputOf<"keys.import">,
): Promise<Written<ResultOf<"keys.import">>> {
  const data: Outcome[] = [];
  let rev = 0;
  let targetId = "";
  for (const item of items) {
    const outcome = await importItem(call, writer, item);
    rev = Math.max(rev, outcome.rev);
    if (targetId === "") targetId = outcome.told.id ?? "";
    data.push(outcome.told);
  }
  return { result: { data }, rev, targetId };
}

async function importItem(
  call: Call,
  writer: Writer,
  item: Item,
): Promise<{ readonly told: Outcome; readonly rev: number }> {
  const { sha256, hint, disabled, ...fields } = item;
  const digest = digestOf(sha256);
  try {
    const { value: api } = await resolveApi(writer, call.caller.scope, item.api);
    // A management key opens Keyward itself, and comes from nowhere else.
    if (api.builtIn) throw invalid("/api", "built_in", "Management keys cannot be imported");
    const known = await findByDigest(call, writer, digest);
    if (known !== undefined) return { told: { outcome: "exists", id: known.id }, rev: known.rev };
    const secret = {
      id: mintId(call, "secret"),
      digest,
      hint: hint ?? UNKNOWN_HINT,
      notBefore: null,
      expiresAt: null,
      createdAt: call.now,
    };
    const state = disabled ? "disabled" : "active";
    const detail = { imported: true };
    const key = await recordKey(call, writer, { api, body: fields, secret, state, detail });
    return { told: { outcome: "imported", id: key.value.id }, rev: key.rev };
  } catch (error) {
    if (!(error instanceof OperationError) || error.code === "digest_taken") throw error;
    return { told: refused(error), rev: 0 };
  }
}

function refused({ code, message, problems }: OperationError): Outcome {
  const [problem] = problems;
  return {
    outcome: "refused",
    code: problem?.code ?? code,
    detail: problem === undefined ? message : `${problem.pointer}: ${problem.detail}`,
  };
}

async function findByDigest(call: Call, writer: Writer, digest: Digest) {
  const page = { limit: 1, after: null };
  const filter = { digest, now: call.now };
  const { items } = await writer.listKeys(call.caller.scope, filter, page);
  const [found] = items;
  return found && { id: found.value.id, rev: found.rev };
}

/** The contract has checked its form. */
function digestOf(hex: string): Digest {
  const digest = digestFromHex(hex);
  if (digest === undefined) throw new TypeError("a digest that the contract should have refused");
  return digest;
}
