import { none } from './numbers.ts';

const three = new Intl.NumberFormat('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A score to three significant digits; whole from 1,000 on. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  if (Math.abs(value) < 0.0005) return '0';
  return Math.abs(value) >= 1_000 ? whole.format(value) : three.format(value).replace('-', '−');
}

const names: Readonly<Record<string, string>> = {
  model: 'Tidemark',
  zero: 'nobody buys',
  'personal-rate': 'own rate so far',
  'past-count': 'as much as last time',
  recency: 'by recency alone',
  'population-rate': 'average of all',
  'personal-frequency': 'own favourites',
  popularity: 'best sellers',
  'personal-then-popular': 'own, then best sellers',
  'bg-nbd': 'BG/NBD',
  'fading-rate': 'fading rate',
};

/** What a predictor is called for people, whether its words stand apart or are joined. */
export function predictorName(predictor: string): string {
  return names[predictor.replaceAll(' ', '-')] ?? predictor;
}
