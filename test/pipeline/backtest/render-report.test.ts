import { describe, expect, test, vi } from 'vitest';
import { renderBacktestReport } from '../../../pipeline/backtest/render-report.ts';
import { backtestReport, ranking, silent } from '../../fixtures/backtest-report.ts';

const text = (page: string) => page.replaceAll('\u00a0', ' ');

describe('the report', () => {
  const page = text(renderBacktestReport(backtestReport()));

  test('says what was tested', () => {
    expect(page).toContain('<h1>Backtest of orders.csv.gz</h1>');
    for (const fact of [
      '2011-09-01',
      '90 days',
      '2,357',
      '812 (34.5 %)',
      'until 2011-11-30',
      '135,080 lines',
    ]) {
      expect(page).toContain(fact);
    }
  });

  test('needs nothing but itself, and runs nothing', () => {
    expect(page).not.toMatch(/https?:|\bsrc=|<script|<link|<img|<iframe|url\((?!#)|@import|\son\w+=/i);
    expect(page).toContain("default-src 'none'");
    for (const id of [...page.matchAll(/url\(#([^)]+)\)/g)]) expect(page).toContain(`id="${id[1]}"`);
  });

  test('follows the scheme of the reader and is made for small screens and paper', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    expect(page).toContain('@media print');
    expect(page).toContain('name="viewport"');
  });

  test('marks the best of each column, the model or not', () => {
    const best = [...page.matchAll(/<td class="best">([^<]*)/g)].map((match) => match[1]);
    expect(best).toEqual([
      '1.500',
      '0.6400',
      '+2.1 %',
      '0.1500',
      '0.0200',
      '0.7900',
      '0.7600',
      '0.7000',
      '1.500',
      '0.7500',
      '0.6400',
      '+2.1 %',
    ]);
  });

  test('has a title, a caption, a drawing and the figures of each chart, ids unique', () => {
    const figures = page.split('<figure>').slice(1);
    expect(figures.map((figure) => /<h3>([^<]*)/.exec(figure)?.[1])).toEqual([
      'Calibration',
      'Tracking',
      'Conditional expectation',
      'Ranking of products',
      'Coverage of the next-order interval',
    ]);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg role="img" aria-label="[^"]{20,}"/);
      expect(figure).toMatch(/<details><summary>The figures<\/summary>.*<tbody><tr><th scope="row">/s);
      expect(figure).not.toMatch(/NaN|undefined|Infinity/);
    }
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('draws in colours of the page alone, so that dark and light are both legible', () => {
    const drawings = [...page.matchAll(/<svg role="img".*?<\/svg>/gs)].map(([drawing]) => drawing).join('');
    const colours = [...drawings.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map((match) => match[1]);
    const fixed = colours.filter((colour) => !/^(?:var\(--[\w-]+\)|none|transparent)$/.test(colour ?? ''));
    // What only clips is never seen.
    const clips = [...drawings.matchAll(/<clipPath.*?<\/clipPath>/gs)].map(([clip]) => clip).join('');
    expect(fixed).toHaveLength([...clips.matchAll(/fill="#000"/g)].length);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    for (const colour of new Set(drawings.match(/--[\w-]+/g)))
      expect(style.split(`${colour}:`)).toHaveLength(4);
  });

  test('is the same to the byte each time', () => {
    expect(text(renderBacktestReport(backtestReport()))).toBe(page);
  });
});

test('what comes from the file is shown as text, never as markup', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=y>&'`;
  const { model, read } = backtestReport();
  const page = renderBacktestReport(
    backtestReport({
      input: hostile,
      cut: hostile,
      currency: hostile,
      read: { ...read, quarantined: { [hostile]: 1 } },
      model: { ...model, version: hostile, purchases: hostile, notes: [hostile], notFitted: hostile },
      products: { model: ranking(0), [hostile]: ranking(1) },
    }),
  );
  expect(page).not.toMatch(/<script|<img/);
  expect(page).toContain('&lt;script&gt;');
});

test('a report without prices, dates, items, plots and scores is still a page', () => {
  const { purchases, nextOrder, plots } = backtestReport();
  const nothing = {
    ...silent,
    brier: null,
    expectedCalibrationError: null,
    areaUnderCurve: null,
    concordance: null,
  };
  const page = renderBacktestReport(
    backtestReport({
      customers: 0,
      buyers: 0,
      purchases: { ...purchases, model: nothing, zero: nothing },
      spend: null,
      nextOrder: {
        ...nextOrder,
        customers: 0,
        dated: 0,
        medianAbsoluteErrorDays: null,
        intervalCoverage: null,
        intervalCoverageOfBuyers: null,
        intervalWidthDaysMedian: null,
        baselineMedianAbsoluteErrorDays: null,
      },
      products: {},
      plots: { ...plots, calibration: [], tracking: [], conditional: [] },
    }),
  );
  expect(page).not.toContain('<figure>');
  expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

test('nothing is left running behind it', () => {
  vi.useFakeTimers();
  try {
    renderBacktestReport(backtestReport());
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
