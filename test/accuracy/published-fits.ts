import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RepeatHistory } from '../../operators/predict/bg-nbd.ts';
import { binHistories, fitBgNbd } from '../../operators/predict/fit-bg-nbd.ts';
import { fitGammaGamma, type SpendHistoryCount } from '../../operators/predict/fit-gamma-gamma.ts';

/** A published figure and ours; time in weeks. */
export interface PublishedFit {
  readonly name: string;
  readonly published: number;
  readonly fitted: number;
}

/** The table that Fader, Hardie and Lee publish of the CDNOW sample: repeats, recency and age in weeks. */
export function publishedHistories(dataFolder: string): RepeatHistory[] {
  const rows = readFileSync(join(dataFolder, 'cdnow-sample-summary.csv'), 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, x, tx, T] = row.split(',').map(Number) as [number, number, number, number];
    return { x, tx, T };
  });
}

/** Repeat purchase days up to the end of the calibration period, with their mean spend. */
export function calibrationSpend(dataFolder: string): SpendHistoryCount[] {
  const text = gunzipSync(readFileSync(join(dataFolder, 'cdnow-sample.csv.gz'))).toString();
  const spendByDay = new Map<string, Map<string, number>>();
  for (const row of text.trim().split('\n').slice(1)) {
    const [time = '', id = '', , , , quantity, price] = row.split(',');
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

/**
 * BG/NBD and Gamma-Gamma fitted to the CDNOW sample, beside the published figures.
 * @throws Error when a fit fails or the files are absent
 * @see Fader, Hardie, Lee (2005), table 2; Fader, Hardie (2013), section 4
 */
export function publishedFits(dataFolder: string): PublishedFit[] {
  const purchases = fitBgNbd(binHistories(publishedHistories(dataFolder)));
  if (!purchases.ok) throw new Error(`BG/NBD: ${purchases.reason}`);
  const spend = fitGammaGamma(calibrationSpend(dataFolder));
  if (!spend.ok) throw new Error(`Gamma-Gamma: ${spend.reason}`);
  const { r, alpha, a, b, logLikelihood } = purchases.fit;
  return [
    { name: 'BG/NBD r', published: 0.243, fitted: r },
    { name: 'BG/NBD alpha', published: 4.414, fitted: alpha },
    { name: 'BG/NBD a', published: 0.793, fitted: a },
    { name: 'BG/NBD b', published: 2.426, fitted: b },
    { name: 'BG/NBD log-likelihood', published: -9582.4, fitted: logLikelihood },
    { name: 'Gamma-Gamma p', published: 6.25, fitted: spend.fit.p },
    { name: 'Gamma-Gamma q', published: 3.74, fitted: spend.fit.q },
    { name: 'Gamma-Gamma v', published: 15.44, fitted: spend.fit.v },
    { name: 'Gamma-Gamma log-likelihood', published: -4055.92, fitted: spend.fit.logLikelihood },
    { name: 'Gamma-Gamma customers', published: 946, fitted: spend.fit.customers },
  ];
}
