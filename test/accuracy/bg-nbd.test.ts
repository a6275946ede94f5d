import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { binHistories, fitBgNbd } from '../../operators/predict/fit-bg-nbd.ts';
import { fitGammaGamma } from '../../operators/predict/fit-gamma-gamma.ts';
import { draws } from '../operators/predict/factories.ts';
import { calibrationSpend, publishedFits, publishedHistories } from './published-fits.ts';

const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const present =
  existsSync(`${dataFolder}cdnow-sample-summary.csv`) && existsSync(`${dataFolder}cdnow-sample.csv.gz`);
if (!present) console.log('skipped: the CDNOW sample is not in ../shared/data');

/** Decimals a published figure is printed with. */
function decimals(figure: number): number {
  return String(figure).split('.')[1]?.length ?? 0;
}

describe.skipIf(!present)('on the CDNOW sample', () => {
  test('BG/NBD and Gamma-Gamma are the published ones to the printed digits', () => {
    for (const { name, published, fitted } of publishedFits(dataFolder)) {
      expect(fitted.toFixed(decimals(published)), name).toBe(published.toFixed(decimals(published)));
    }
  });

  test('BG/NBD reaches the same maximum from twenty starts drawn at random over four powers of ten', () => {
    const random = draws(97);
    const rows = binHistories(publishedHistories(dataFolder));
    const around = (centre: number) => centre * 10 ** (4 * random.uniform() - 2);
    for (let start = 0; start < 20; start += 1) {
      const from = { r: around(0.5), alpha: around(10), a: around(1), b: around(2) };
      const result = fitBgNbd(rows, { starts: [from] });
      if (!result.ok) throw new Error(`${JSON.stringify(from)}: ${result.reason}`);
      expect(result.fit.method, JSON.stringify(from)).toBe('maximum-likelihood');
      expect(result.fit.r).toBeCloseTo(0.2426, 4);
      expect(result.fit.alpha).toBeCloseTo(4.4136, 3);
      expect(result.fit.logLikelihood).toBeCloseTo(-9582.43, 2);
    }
  });

  test('Gamma-Gamma reaches the same maximum from twenty starts drawn at random', () => {
    const random = draws(98);
    const rows = calibrationSpend(dataFolder);
    const around = (centre: number) => centre * 10 ** (2 * random.uniform() - 1);
    for (let start = 0; start < 20; start += 1) {
      const from = { p: around(4), q: around(4), v: around(20) };
      const result = fitGammaGamma(rows, { starts: [from] });
      if (!result.ok) throw new Error(`${JSON.stringify(from)}: ${result.reason}`);
      expect(result.fit.method, JSON.stringify(from)).toBe('maximum-likelihood');
      expect(result.fit.p).toBeCloseTo(6.25, 2);
      expect(result.fit.logLikelihood).toBeCloseTo(-4055.92, 2);
    }
  });

  test('the unit of time changes nothing but alpha', () => {
    const weeks = fitBgNbd(binHistories(publishedHistories(dataFolder)));
    const inDays = publishedHistories(dataFolder).map(({ x, tx, T }) => ({ x, tx: tx * 7, T: T * 7 }));
    const days = fitBgNbd(binHistories(inDays));
    if (!weeks.ok || !days.ok) throw new Error('not fitted');
    expect(weeks.fit.startsConverged).toBe(4);
    expect(days.fit.alpha / 7).toBeCloseTo(weeks.fit.alpha, 3);
    expect(days.fit.r).toBeCloseTo(weeks.fit.r, 5);
    const repeats = publishedHistories(dataFolder).reduce((sum, { x }) => sum + x, 0);
    expect(days.fit.logLikelihood + repeats * Math.log(7)).toBeCloseTo(weeks.fit.logLikelihood, 3);
  });
});
