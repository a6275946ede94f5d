import { html, raw } from 'hono/html';
import type { BacktestReport } from '../../operators/backtest/backtest-report.ts';
import { amountMeasures, purchaseMeasures } from '../../operators/backtest/backtest-verdicts.ts';
import { calibrationChart } from './charts/calibration-chart.ts';
import { conditionalChart } from './charts/conditional-chart.ts';
import { coverageChart } from './charts/coverage-chart.ts';
import { rankingChart } from './charts/ranking-chart.ts';
import type { LegendEntry, ReportChart } from './charts/report-chart.ts';
import { trackingChart } from './charts/tracking-chart.ts';
import { count, inDays, percent, predictorLabels, predictorMeanings, seconds } from './report-figures.ts';
import { type Html, reportPage } from './report-page.ts';
import { plainTable, scoreTable } from './report-tables.ts';
import { type VerdictSentence, verdictSentences } from './report-verdicts.ts';

/**
 * A backtest as one HTML file to read, keep, print and send: verdicts, scores, plots with their figures. It fetches nothing,
 * runs nothing, follows the reader's light or dark scheme, and is the same to the byte for the same report.
 */
export function renderBacktestReport(report: BacktestReport): string {
  const { model, spend, currency, horizonDays } = report;
  const within = inDays(horizonDays);
  return reportPage(
    `Backtest of ${report.input}`,
    html`${header(report)}
<main>
<section><h2>Verdict</h2><ul class="verdicts">${verdictSentences(report).map(verdict)}</ul></section>
<section><h2>Scores</h2>
${scoreTable(`Purchase days within ${within} after the cut, customer by customer; MAE and RMSE in purchase days.`, report.purchases, purchaseMeasures)}
${spend === null ? '' : scoreTable(`Spend within ${within} after the cut; MAE and RMSE in ${currency}.`, spend, amountMeasures)}
${nextOrderTable(report)}
${explanations()}</section>
<section><h2>Plots</h2><div class="charts">${charts(report).map(chartFigure)}</div></section>
<section><h2>The model</h2>
<p>${model.notFitted === null ? html`Purchases are predicted by ${model.purchases.replace(/\.$/, '')}. <span class="soft">Version ${model.version}, fitted to ${count(model.fittedTo)} customers; nothing after the cut was seen.</span>` : `No model could be fitted: ${model.notFitted}`}</p>
${model.notes.length === 0 ? '' : html`<ul class="notes">${model.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<p class="soft">Replay ${seconds(report.tookMs.replay)}, fit ${seconds(report.tookMs.fit)}, predictions ${seconds(report.tookMs.predict)}.</p>
</section>
</main>`,
  );
}

function charts(report: BacktestReport): ReportChart[] {
  const { products, categories } = report;
  return [
    calibrationChart(report),
    trackingChart(report),
    conditionalChart(report),
    products === null ? undefined : rankingChart('products', products),
    categories === null ? undefined : rankingChart('categories', categories),
    coverageChart(report),
  ].filter((chart) => chart !== undefined);
}

function header(report: BacktestReport): Html {
  const { input, cut, horizonDays, customers, buyers } = report;
  const untilMs = Date.parse(cut) + horizonDays * 86_400_000;
  const until = Number.isNaN(untilMs) ? undefined : new Date(untilMs).toISOString();
  const facts: readonly (readonly [string, string])[] = [
    ['Cut', day(cut)],
    ['Horizon', inDays(horizonDays)],
    ['Customers before the cut', count(customers)],
    [
      'Bought within the horizon',
      `${count(buyers)}${customers > 0 ? ` (${percent(buyers / customers)})` : ''}`,
    ],
  ];
  return html`<header><h1>Backtest of ${input}</h1>
<p>Learnt from what came before ${day(cut)}, predicted, and scored against what came ${until === undefined ? 'after it' : `until ${day(until)}`}.</p>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${whatWasRead(report)}</header>`;
}

function whatWasRead({ read }: BacktestReport): Html {
  const leftOut: readonly (readonly [string, number])[] = [
    ['lines without a customer', read.anonymousLines],
    ['lines that can not be read', read.malformedLines],
    ['orders met twice', read.duplicates],
    ...Object.entries(read.quarantined).map(
      ([reason, orders]) => [`orders refused (${reason})`, orders] as const,
    ),
  ];
  const left = leftOut.filter(([, amount]) => amount > 0).map(([what, amount]) => `${count(amount)} ${what}`);
  return html`<p>${count(read.lines)} lines read, ${count(read.orders)} orders: ${count(read.ordersBefore)} before the cut, ${count(read.ordersWithin)} within the horizon. ${left.length === 0 ? 'Nothing was left out.' : `Left out: ${left.join(', ')}.`}</p>`;
}

/** The date alone where the instant is the start of a UTC day. */
function day(iso: string): string {
  return iso.replace(/T00:00(?::00(?:\.0+)?)?Z$/, '');
}

const signs: Readonly<Record<VerdictSentence['tone'], string>> = { good: '✓', bad: '✗', neutral: '·' };

function verdict({ about, text, tone }: VerdictSentence): Html {
  return html`<li class="${tone}"><i aria-hidden="true">${signs[tone]}</i><b>${about}</b><span>${text}</span></li>`;
}

function nextOrderTable({ nextOrder }: BacktestReport): Html {
  const days = (value: number | null) => (value === null ? '–' : inDays(value));
  return html`<h3>Date of the next order</h3>${plainTable({
    headers: ['', 'Tidemark', 'Baseline'],
    rows: [
      [
        'Median absolute error',
        days(nextOrder.medianAbsoluteErrorDays),
        days(nextOrder.baselineMedianAbsoluteErrorDays),
      ],
      ['Held by the 80 % interval', percent(nextOrder.intervalCoverage), ''],
      ['Held, of those who bought', percent(nextOrder.intervalCoverageOfBuyers), ''],
      ['Median width of the interval', days(nextOrder.intervalWidthDaysMedian), ''],
      ['Customers with a date', `${count(nextOrder.dated)} of ${count(nextOrder.customers)}`, ''],
    ],
  })}`;
}

function explanations(): Html {
  const names = Object.keys(predictorMeanings) as (keyof typeof predictorMeanings)[];
  return html`<details><summary>What the baselines and measures are</summary>
<ul class="notes">${names.map((name) => html`<li><b>${predictorLabels[name]}</b>: ${predictorMeanings[name]}</li>`)}
<li><b>MAE, RMSE</b>: mean absolute error and root mean squared error. The mean absolute error favours whoever guesses the median, which is zero where most do not buy.</li>
<li><b>Correlation</b>: Pearson, of expected and actual. <b>Total bias</b>: expected total over actual total, less one.</li>
<li><b>Brier</b>: mean squared error of the probability of buying. <b>Calibration error</b>: mean gap between probability and share of buyers over ten bins.</li>
<li><b>AUC</b>: how often a buyer was given the higher probability than one who did not buy. <b>C-index</b>: the same by who buys sooner.</li></ul></details>`;
}

function chartFigure({ title, caption, legend, svg, table }: ReportChart): Html {
  return html`<figure><figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
<ul class="legend">${legend.map((entry) => html`<li>${raw(swatches[entry.mark](entry.colour))}${entry.label}</li>`)}</ul>
${raw(svg)}
<details><summary>The figures</summary>${plainTable(table)}</details></figure>`;
}

const swatch = (shapes: string) => `<svg viewBox="0 0 22 12" aria-hidden="true">${shapes}</svg>`;
const swatches: Readonly<Record<LegendEntry['mark'], (colour: string) => string>> = {
  line: (colour) => swatch(`<path d="M0 6H22" stroke="${colour}" stroke-width="2.5"/>`),
  dashes: (colour) =>
    swatch(`<path d="M0 6H22" stroke="${colour}" stroke-width="2.5" stroke-dasharray="7 4"/>`),
  dot: (colour) => swatch(`<circle cx="11" cy="6" r="4.5" fill="${colour}"/>`),
  diamond: (colour) => swatch(`<path d="M11 1L16 6L11 11L6 6Z" fill="${colour}"/>`),
  bar: (colour) => swatch(`<rect x="4" y="1" width="14" height="10" rx="2" fill="${colour}"/>`),
  range: (colour) => swatch(`<path d="M11 0V12" stroke="${colour}" stroke-width="2.5" opacity=".45"/>`),
};
