import { markup } from "./markup.ts";
import type { Content } from "./markup.ts";

export interface PageParts {
  readonly title: string;
  readonly navigation: Content;
  readonly content: Content;
}

/** A whole page: no script, and nothing from any other origin. */
export function page({ title, navigation, content }: PageParts): string {
  return String(
    markup`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title}</title>
          <link rel="stylesheet" href="/docs/docs.css" />
          <link rel="icon" href="data:," />
        </head>
        <body>
          <a class="skip" href="#content">Skip to the content</a>
          <nav aria-label="Reference">
            <strong>Keyward</strong>
            <ul>
              <li><a href="/docs">Operations</a></li>
              <li><a href="/docs/errors">Errors and verdicts</a></li>
              <li><a href="/openapi.json">openapi.json</a></li>
            </ul>
            ${navigation}
          </nav>
          <main id="content">${content}</main>
        </body>
      </html> `,
  );
}

/** A group of links in the navigation. */
export function navigationGroup(
  title: string,
  links: readonly { readonly id: string; readonly label: string }[],
): Content {
  const items = links.map(({ id, label }) => markup`<li><a href="#${id}">${label}</a></li> `);
  return markup`<h2>${title}</h2>
    <ul>
      ${items}
    </ul> `;
}
