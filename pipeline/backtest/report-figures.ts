import type { PredictorName } from '../../operators/backtest/backtest-report.ts';

/** What stands where a score is missing. */
export const noFigure = '–';

export const predictorLabels: Readonly<Record<PredictorName, string>> = {
  model: 'Tidemark',
  zero: 'Zero',
  'personal-rate': 'Personal rate',
  'past-count': 'Past count',
  recency: 'Recency only',
  'population-rate': 'Population rate',
};

export const predictorMeanings: Readonly<Record<Exclude<PredictorName, 'model'>, string>> = {
  zero: 'Nobody buys again.',
  'personal-rate': 'Each customer goes on at the rate of repeat purchase days since the first.',
  'past-count': 'What the customer repeated within the last stretch as long as the horizon happens again.',
  recency: 'What customers whose last purchase was as long ago did within a stretch before the cut.',
  'population-rate': 'Everyone does what the mean customer did within that stretch.',
};

const rankerLabels: Readonly<Record<string, string>> = {
  model: 'Tidemark',
  'personal-frequency': 'personal frequency',
  popularity: 'popularity',
  'personal-then-popular': 'personal, then popular',
};

/** How a ranker is called in charts and tables; its own name where none is set. */
export function rankerLabel(name: string): string {
  return Object.hasOwn(rankerLabels, name) ? (rankerLabels[name] ?? name) : name;
}

/** With as many decimals as leave about four significant digits, thousands apart; a dash for null. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noFigure;
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  const text = size.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 ? `−${text}` : text;
}

export function count(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 0 });
}

/** A share as a percentage with one decimal; `signed` shows a plus as well. */
export function percent(share: number | null | undefined, signed = false): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return noFigure;
  const text = Math.abs(share * 100).toLocaleString('en-GB', {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const sign = share < 0 ? '−' : signed && share > 0 ? '+' : '';
  return `${sign}${text}\u00a0%`;
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Days as people say them: whole, or with one decimal. */
export function inDays(days: number): string {
  return days === 1 ? '1\u00a0day' : `${Number(days.toFixed(1))}\u00a0days`;
}

/** A number short enough for an axis. */
export function short(value: number): string {
  return Math.abs(value) < 10_000 ? count(value) : `${Number((value / 1000).toFixed(1))}k`;
}
