import { templateOf } from "../http/routes.ts";

/** What has paths within it that are a client's, or a workspace's. */
const FOLDERS = ["/v1/ext-auth", "/oauth", "/.well-known"];

/** `http.route`: the path with names in place of what is asked for; `undefined` for what is nobody's path. */
export function routeOf(target: string): string | undefined {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  const folder = FOLDERS.find((start) => path === start || path.startsWith(`${start}/`));
  return folder === undefined ? templateOf(path) : `${folder}/*`;
}
