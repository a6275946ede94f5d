import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #566171; --line: #dde2e9; --ground: #ffffff; --faint: #b3bcc8; --tint: #f4f6f9;
  --model: #0b62c1; --actual: #c2410c; --good: #17733a; --bad: #b3261e;
  --rival-1: #8a94a3; --rival-2: #c98a00; --rival-3: #7b4bb7; --rival-4: #12807a; --rival-5: #b8447a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ebf1; --soft: #a3adbb; --line: #2d3541; --ground: #12161c; --faint: #4b5666; --tint: #1b222c;
    --model: #6cb2ff; --actual: #ff9d5c; --good: #6fcf8f; --bad: #ff8a80;
    --rival-1: #8792a3; --rival-2: #e3b341; --rival-3: #b794f4; --rival-4: #4fd1c5; --rival-5: #f687b3; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
header p { margin: .2rem 0; color: var(--soft); overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.4rem 0 .8rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.02rem; }
p { margin: .4rem 0; }
small, .soft { color: var(--soft); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .7rem; margin: 1.3rem 0 .9rem; }
dl.facts div { padding: .65rem .85rem; background: var(--tint); border-radius: 8px; }
dl.facts dt { color: var(--soft); font-size: .84rem; }
dl.facts dd { margin: 0; font-size: 1.2rem; font-weight: 600; overflow-wrap: anywhere; }
ul.verdicts { margin: 0; padding: 0; list-style: none; }
ul.verdicts li { display: grid; grid-template-columns: 1.4rem 6.8rem 1fr; gap: .3rem; padding: .38rem 0; border-bottom: 1px solid var(--line); }
ul.verdicts b { font-weight: 600; }
.good > i { color: var(--good); } .bad > i { color: var(--bad); } .neutral > i { color: var(--soft); }
i { font-style: normal; font-weight: 700; }
.wide { overflow-x: auto; margin: .6rem 0 1.4rem; }
figure .wide { margin-bottom: .4rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; vertical-align: bottom; }
th:first-child { position: sticky; left: 0; background: var(--ground); text-align: left; }
thead th { color: var(--soft); font-weight: 600; }
thead small { display: block; font-weight: 400; font-size: .74rem; }
tbody th { font-weight: 400; }
.own > * { background: var(--tint); font-weight: 600; }
tr.own > th:first-child { background: var(--tint); }
td.best { color: var(--good); font-weight: 700; }
td .mark { display: inline-block; width: 1.1em; margin-right: -1.1em; font-size: .8em; }
td:last-child, thead th:last-child { padding-right: 1.2rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1.2rem; }
figure { margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: 10px; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; margin: .5rem 0; }
figcaption p { font-size: .9rem; color: var(--soft); }
ul.legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none; font-size: .86rem; }
ul.legend li { display: flex; align-items: center; gap: .4rem; }
ul.legend svg { flex: none; width: 22px; height: 12px; margin: 0; }
details { margin: .5rem 0 0; font-size: .92rem; }
summary { cursor: pointer; color: var(--model); }
ul.notes { margin: .3rem 0; padding-left: 1.2rem; }
ul.notes li { overflow-wrap: anywhere; }
@media (max-width: 30rem) {
  body { padding: 1.2rem .9rem 3rem; }
  h1 { font-size: 1.4rem; }
  figure { padding: .8rem .6rem; }
  ul.verdicts li { grid-template-columns: 1.4rem 1fr; }
  ul.verdicts span { grid-column: 2; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #ccc; --ground: #fff; --faint: #b3bcc8; --tint: #f4f4f4;
    --model: #0b62c1; --actual: #c2410c; --good: #17733a; --bad: #b3261e;
    --rival-1: #8a94a3; --rival-2: #c98a00; --rival-3: #7b4bb7; --rival-4: #12807a; --rival-5: #b8447a; }
  html { font-size: 12px; }
  body { max-width: none; padding: 0; font-size: 1rem; print-color-adjust: exact; }
  th:first-child { position: static; }
  .charts { grid-template-columns: 1fr 1fr; }
  figure, table, li, dl div { break-inside: avoid; }
  h2 { break-after: avoid; }
  .wide { overflow: visible; }
  details:not([open]) { display: none; }
}
`;

/** A whole page that needs nothing but itself; what is put into it is escaped. */
export function reportPage(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.toString();
}
