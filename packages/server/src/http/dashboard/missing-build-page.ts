import { markup } from "../docs/markup.ts";

/** For a clone whose server was started without `npm start`, which builds what is missing. */
export function missingBuildPage(): string {
  return String(
    markup`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Keyward</title>
          <link rel="stylesheet" href="/docs/docs.css" />
          <link rel="icon" href="data:," />
        </head>
        <body>
          <main>
            <h1>The dashboard has not been built</h1>
            <p>Keyward runs, and its API answers. In the repository, build the dashboard and load this page again:</p>
            <pre><code>npm run build --workspace packages/dashboard</code></pre>
            <p><code>npm start</code> does that by itself. The <a href="/docs">reference</a> is here either way.</p>
          </main>
        </body>
      </html> `,
  );
}
