import { html } from 'hono/html';
import { segmentNames } from '../../operators/segments/segment-model.ts';
import type { PipelineStatus } from '../dependencies.ts';
import { instantOrNull } from '../present/amounts.ts';
import { type Html, page } from './page.ts';

/** The first page: where to go, and the live figures; without figures when the pipeline can't tell. */
export function homePage(status: PipelineStatus | undefined): Html {
  return page(
    'Tidemark',
    html`<h1>Tidemark</h1>
<p>Live customer segments and consumption predictions from a stream of purchases.</p>
${status === undefined ? html`<p class="soft">The figures are not available at the moment.</p>` : figures(status)}
<h2>Where to go</h2>
<ul>
<li><a href="/docs">API documentation</a></li>
<li><a href="/v1/segments">The segments: meaning, size, middle</a></li>
<li><a href="/v1/models">The models</a>, and under each how good it is</li>
<li><a href="/v1/alerts">The newest moves between segments</a>, or <a href="/v1/alerts/stream">as they come</a></li>
<li><a href="/v1/status">Status of the pipeline</a>, <a href="/ready">readiness</a>, <a href="/metrics">metrics</a></li>
</ul>`,
  );
}

function figures(status: PipelineStatus): Html {
  const moves = Object.values(status.migrationsByCause).reduce((sum, count) => sum + count, 0);
  const quarantined = Object.values(status.quarantinedByReason).reduce((sum, count) => sum + count, 0);
  const cards: readonly (readonly [string, string])[] = [
    ['customers', number(status.customers)],
    ['events applied', number(status.eventsApplied)],
    ['moves', number(moves)],
    ['quarantined', number(quarantined)],
    ['watermark', instantOrNull(status.watermarkMs)?.slice(0, 10) ?? 'none yet'],
  ];
  return html`<div class="figures">${cards.map(([name, value]) => html`<div><b>${value}</b>${name}</div>`)}</div>
<div class="wide"><table><tr><th>segment</th><th>customers</th></tr>${segmentNames.map((name) => html`<tr><td>${name}</td><td>${number(status.segmentCounts[name] ?? 0)}</td></tr>`)}</table></div>`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
