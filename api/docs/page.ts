import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --ground: #fff; --tint: #f4f6f9; --accent: #0b6bcb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa5b4; --line: #2e3641; --ground: #12161c; --tint: #1a2029; --accent: #6cb2ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; }
h2 { margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; }
h4 { margin: 1rem 0 .3rem; font-size: .85rem; color: var(--soft); }
p { margin: .4rem 0; }
code, pre { font: .86em/1.5 ui-monospace, monospace; }
pre { margin: .3rem 0; padding: .7rem .9rem; overflow-x: auto; background: var(--tint); border-radius: 6px; max-height: 28rem; }
section { margin: 1.1rem 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 8px; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
.method { display: inline-block; min-width: 3.2rem; color: var(--accent); font-weight: 700; }
.soft { color: var(--soft); }
nav ul { columns: 20rem; padding-left: 1.1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
.figures div { padding: .7rem .9rem; background: var(--tint); border-radius: 8px; }
.figures b { display: block; font-size: 1.35rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of a page: it may use its own style, and nothing else; no script runs. */
export const pageHeaders = {
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; ` +
    "frame-ancestors 'none'",
};

/** A whole page; what is put into it is escaped. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
