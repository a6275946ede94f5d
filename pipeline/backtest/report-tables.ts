import { html } from 'hono/html';
import type { PredictorName } from '../../operators/backtest/backtest-report.ts';
import { bestPredictors, type ScoreMeasure } from '../../operators/backtest/backtest-verdicts.ts';
import type { ChartTable } from './charts/report-chart.ts';
import { figure, percent, predictorLabels } from './report-figures.ts';

type Html = ReturnType<typeof html>;

/** Every predictor's scores, the best of each column marked; better is which way stands under the name of the measure. */
export function scoreTable<S extends object>(
  caption: string,
  scores: Readonly<Partial<Record<PredictorName, S>>>,
  measures: readonly ScoreMeasure<S>[],
): Html {
  const best = measures.map((measure) => new Set(bestPredictors(scores, measure)));
  const rows = (Object.keys(predictorLabels) as PredictorName[]).flatMap((name) => {
    const of = scores[name];
    return of === undefined ? [] : [{ name, of }];
  });
  return html`<p class="soft">${caption}</p>
<div class="wide"><table aria-label="${caption}">
<thead><tr><th scope="col">Predictor</th>${measures.map(
    ({ label, better }) => html`<th scope="col">${label}<small>${directions[better]}</small></th>`,
  )}</tr></thead>
<tbody>${rows.map(
    ({ name, of }) =>
      html`<tr${name === 'model' ? html` class="own"` : ''}><th scope="row">${predictorLabels[name]}</th>${measures.map(
        ({ key, form }, column) => {
          const value = of[key] as number | null;
          const text = form === 'percent' ? percent(value, true) : figure(value);
          return best[column]?.has(name)
            ? html`<td class="best">${text}<span class="mark" title="best of the column"> ★</span></td>`
            : html`<td>${text}</td>`;
        },
      )}</tr>`,
  )}</tbody></table></div>`;
}

const directions: Readonly<Record<ScoreMeasure<unknown>['better'], string>> = {
  lower: 'lower is better',
  higher: 'higher is better',
  'nearer-zero': 'nearer 0 is better',
};

/** The first column names the row, the others are figures. */
export function plainTable({ headers, rows }: ChartTable): Html {
  return html`<div class="wide"><table>
<thead><tr>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) => (index === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`,
  )}</tbody></table></div>`;
}
