export interface OwnPlace {
  /** As the request names it; `undefined` when it does not. */
  readonly host: string | undefined;
  readonly publicUrl: string | undefined;
}

/**
 * Whether a page of Keyward itself asks: the one `Origin` is that of the public URL, or has the authority of `Host`. The
 * scheme is the origin's own, because a proxy in front may have ended TLS.
 */
export function isOwnOrigin(origins: readonly string[], { host, publicUrl }: OwnPlace): boolean {
  const [text = "", ...more] = origins;
  const origin = URL.parse(text);
  if (more.length > 0 || origin === null || origin.origin !== text) return false;
  if (publicUrl !== undefined && origin.origin === URL.parse(publicUrl)?.origin) return true;
  if (origin.protocol !== "http:" && origin.protocol !== "https:") return false;
  return host !== undefined && origin.host === URL.parse(`${origin.protocol}//${host}`)?.host;
}
