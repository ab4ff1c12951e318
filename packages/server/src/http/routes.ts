// The contract's paths: which there are, and which methods each offers.
import { OPERATIONS } from "../contract/operations.ts";
import type { Operation } from "../contract/operation.ts";

/** `/v1/keys/{key}` as the router writes it: `/v1/keys/:key`. */
export function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

const methodsByPath = new Map<string, Set<string>>();
for (const { path, method } of Object.values<Operation>(OPERATIONS)) {
  const methods = methodsByPath.get(path) ?? new Set();
  methodsByPath.set(path, methods.add(method));
}

const PATHS = [...methodsByPath].map(([path, methods]) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  methods: [...methods].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])),
}));

/** The methods that the contract offers on a path; empty when it does not know the path. */
export function methodsOn(path: string): readonly string[] {
  return PATHS.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : []));
}

/** The contract's path of which this is one, such as `/v1/keys/{key}`; `undefined` when it does not know the path. */
export function templateOf(path: string): string | undefined {
  if (methodsByPath.has(path)) return path;
  return PATHS.find(({ pattern }) => pattern.test(path))?.path;
}

/** Whether the percent-encoding of a path is sound: what is not would have to be guessed, and be a second spelling. */
export function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
