import { OperationError } from "@keyward/core/failure/failures";
import type { LogFilter } from "@keyward/core/log/filter";
import { NO_FILTER, parseLogFilter } from "@keyward/core/log/parse-filter";
import type { Instant } from "@keyward/core/time";
import type { Reader, TenantScope } from "../../storage/storage.ts";
import { invalid } from "../invalid.ts";
import { findOwner, resolveApi } from "../resolve.ts";

/**
 * Reads a filter, with the ids of the owners and apis that it names.
 *
 * @throws OperationError `invalid_request`, saying where
 */
export async function readFilter(
  reader: Reader,
  scope: TenantScope,
  text: string | undefined,
  now: Instant,
): Promise<LogFilter> {
  if (text === undefined) return NO_FILTER;
  const parsed = parseLogFilter(text, now);
  if (!parsed.ok)
    throw invalid("query/filter", "invalid_value", `at character ${parsed.at}: ${parsed.problem}`);
  return await withIds(reader, scope, parsed.filter);
}

async function withIds(reader: Reader, scope: TenantScope, filter: LogFilter): Promise<LogFilter> {
  const each = (parts: readonly LogFilter[]) =>
    Promise.all(parts.map((part) => withIds(reader, scope, part)));
  if ("and" in filter) return { and: await each(filter.and) };
  if ("or" in filter) return { or: await each(filter.or) };
  if ("not" in filter) return { not: await withIds(reader, scope, filter.not) };
  if (!("is" in filter) || filter.begins) return filter;
  if (filter.field !== "owner" && filter.field !== "api") return filter;
  const find = filter.field === "owner" ? findOwner : findApi;
  const found = await find(reader, scope, filter.is);
  return { ...filter, is: found?.value.id ?? filter.is };
}

/** What there is not matches nothing; that is no mistake. */
async function findApi(reader: Reader, scope: TenantScope, reference: string) {
  try {
    return await resolveApi(reader, scope, reference);
  } catch (error) {
    if (error instanceof OperationError && error.code === "not_found") return undefined;
    throw error;
  }
}
