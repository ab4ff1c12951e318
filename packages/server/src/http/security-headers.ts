// What every answer tells a browser, whatever it holds (T51, T53).

/** Names in lower case. API answers are data: no browser has any use for them as a page. */
export const API_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Pages: everything from our own origin, nothing inline. */
export const PAGE_HEADERS = {
  ...API_HEADERS,
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'",
  "cross-origin-opener-policy": "same-origin",
} as const;
