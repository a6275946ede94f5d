import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RepeatHistory } from '../../operators/predict/bg-nbd.ts';
import { binHistories, fitBgNbd } from '../../operators/predict/fit-bg-nbd.ts';
import { fitGammaGamma, type SpendHistoryCount } from '../../operators/predict/fit-gamma-gamma.ts';

const dataUrl = new URL('../../../shared/data/', import.meta.url);
const summaryUrl = new URL('cdnow-sample-summary.csv', dataUrl);
const linesUrl = new URL('cdnow-sample.csv.gz', dataUrl);
const present = existsSync(summaryUrl) && existsSync(linesUrl);
if (!present) console.log('skipped: the CDNOW sample is not in ../shared/data');

function calibrationHistories(): RepeatHistory[] {
  const rows = readFileSync(summaryUrl, 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, x, tx, T] = row.split(',').map(Number) as [number, number, number, number];
    return { x, tx, T };
  });
}

/** Repeat purchase days up to the end of the calibration period, with their mean spend. */
function calibrationSpend(): SpendHistoryCount[] {
  const rows = gunzipSync(readFileSync(linesUrl)).toString().trim().split('\n').slice(1);
  const spendByDay = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const [time, id, , , , quantity, price] = row.split(',') as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const day = time.slice(0, 10);
    if (day > '1997-09-30') continue;
    const days = spendByDay.get(id) ?? new Map<string, number>();
    spendByDay.set(id, days.set(day, (days.get(day) ?? 0) + Number(quantity) * Number(price)));
  }
  return [...spendByDay.values()].map((days) => {
    const repeats = [...days.values()].slice(1);
    const total = repeats.reduce((sum, spend) => sum + spend, 0);
    return { x: repeats.length, meanSpend: repeats.length === 0 ? 0 : total / repeats.length, count: 1 };
  });
}

describe.skipIf(!present)('on the CDNOW sample', () => {
  const starts = [
    { r: 1, alpha: 1, a: 1, b: 1 },
    { r: 0.01, alpha: 50, a: 0.1, b: 10 },
    { r: 5, alpha: 100, a: 3, b: 0.3 },
    { r: 0.3, alpha: 0.2, a: 10, b: 10 },
  ];

  test.each(starts)('BG/NBD is the published one from the start %o', (start) => {
    const result = fitBgNbd(binHistories(calibrationHistories()), { starts: [start] });
    if (!result.ok) throw new Error(result.reason);
    expect(result.fit.customers).toBe(2357);
    expect(result.fit.method).toBe('maximum-likelihood');
    expect(result.fit.r).toBeCloseTo(0.243, 3);
    expect(result.fit.alpha).toBeCloseTo(4.414, 2);
    expect(result.fit.a).toBeCloseTo(0.793, 3);
    expect(result.fit.b).toBeCloseTo(2.426, 2);
    expect(result.fit.logLikelihood).toBeCloseTo(-9582.4, 1);
  });

  test('BG/NBD reaches the same maximum from all of its own starts, and in days as in weeks', () => {
    const weeks = fitBgNbd(binHistories(calibrationHistories()));
    const inDays = calibrationHistories().map(({ x, tx, T }) => ({ x, tx: tx * 7, T: T * 7 }));
    const days = fitBgNbd(binHistories(inDays));
    if (!weeks.ok || !days.ok) throw new Error('not fitted');
    expect(weeks.fit.startsConverged).toBe(4);
    expect(days.fit.alpha / 7).toBeCloseTo(weeks.fit.alpha, 3);
    expect(days.fit.r).toBeCloseTo(weeks.fit.r, 5);
    const repeats = calibrationHistories().reduce((sum, { x }) => sum + x, 0);
    expect(days.fit.logLikelihood + repeats * Math.log(7)).toBeCloseTo(weeks.fit.logLikelihood, 3);
  });

  test.each([
    { p: 1, q: 2, v: 1 },
    { p: 20, q: 20, v: 100 },
    { p: 0.5, q: 1.5, v: 5 },
  ])('Gamma-Gamma is the published one from the start %o', (start) => {
    const result = fitGammaGamma(calibrationSpend(), { starts: [start] });
    if (!result.ok) throw new Error(result.reason);
    expect(result.fit.customers).toBe(946);
    expect(result.fit.p).toBeCloseTo(6.25, 2);
    expect(result.fit.q).toBeCloseTo(3.74, 2);
    expect(result.fit.v).toBeCloseTo(15.44, 2);
    expect(result.fit.logLikelihood).toBeCloseTo(-4055.92, 2);
  });
});
