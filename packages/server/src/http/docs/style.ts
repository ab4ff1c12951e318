/** The one style sheet. Both schemes have a contrast of at least 4.5 : 1 for text. */
export const DOCS_CSS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #101317);
  --raised: light-dark(#f5f6f8, #181c22);
  --line: light-dark(#dfe3e8, #2b313a);
  --text: light-dark(#1a1d21, #e4e7eb);
  --quiet: light-dark(#59626e, #9aa4b2);
  --link: light-dark(#0b57c4, #82b4ff);
  --get: light-dark(#0b6b3a, #63d297);
  --post: light-dark(#0b57c4, #82b4ff);
  --patch: light-dark(#8a4b00, #f0b35e);
  --delete: light-dark(#b3261e, #ff8a80);
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.6 system-ui, sans-serif; display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
a { color: var(--link); text-underline-offset: .2em; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem 1rem; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem; border-right: 1px solid var(--line); background: var(--raised); font-size: .9rem; }
nav strong { display: block; font-size: 1.1rem; margin-bottom: 1rem; }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); margin: 1.4rem 0 .3rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .12rem 0; color: inherit; text-decoration: none; }
nav li a:hover { color: var(--link); text-decoration: underline; }
main { padding: 2rem clamp(1.25rem, 4vw, 4rem) 6rem; max-width: 62rem; width: 100%; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }
main h2 { font-size: 1.45rem; margin: 3.5rem 0 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
main h3 { font-size: 1.1rem; margin: 0; }
main h4 { font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--quiet); margin: 1.4rem 0 .4rem; }
h3 a, h2 a { color: inherit; text-decoration: none; }
h3 a:hover::after, h2 a:hover::after { content: " #"; color: var(--quiet); }
article { margin: 1.25rem 0; padding: 1.25rem 1.4rem; border: 1px solid var(--line); border-radius: 10px; }
article:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
article p { margin: .6rem 0; }
.route { font: 600 .95rem/1.5 var(--mono); margin: .4rem 0 .6rem; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.2em; }
.GET { color: var(--get); } .POST { color: var(--post); } .PATCH { color: var(--patch); } .DELETE { color: var(--delete); }
code, pre { font-family: var(--mono); font-size: .875em; }
code { background: var(--raised); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; line-height: 1.5; }
pre code { background: none; padding: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--quiet); }
td:first-child { white-space: nowrap; }
.quiet { color: var(--quiet); }
.must { color: var(--delete); font-size: .8rem; }
.codes { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0; padding: 0; font-size: .9rem; }
.codes a { text-decoration: none; }
@media (max-width: 54rem) {
  body { display: block; }
  nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
  td:first-child { white-space: normal; }
}
@media print { nav { display: none; } body { display: block; } article { break-inside: avoid; } }
`.trimStart();
