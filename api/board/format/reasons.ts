import type { Reason } from '../data/answers.ts';
import type { PredictionChange, StandingReason } from '../data/customer-answers.ts';
import { day } from './dates.ts';
import { count, counted, days, decimal, money, percent } from './numbers.ts';

interface FeatureFormat {
  readonly name: string;
  /** Roughly, and closer where that would not tell two values apart. */
  readonly formats: readonly ((value: number, currency: string) => string)[];
}

const featureFormats: Readonly<Record<string, FeatureFormat>> = {
  recencyDays: { name: 'Days since the last purchase', formats: [count, decimal] },
  tenureDays: { name: 'Days since the first purchase', formats: [count, decimal] },
  orders365: { name: 'Orders of the last 365 days', formats: [count, decimal] },
  spend365: { name: 'Spend of the last 365 days', formats: [money] },
};

/** Why a customer moved, as far as one feature goes. Features that are new to the board keep the API's own words. */
export function segmentReason({ feature, value, before, text }: Reason, currency: string): string {
  const known = featureFormats[feature];
  if (known === undefined) return text;
  const { name, formats } = known;
  if (before === null) return `${name}: ${formats[0]?.(value, currency)}.`;
  const pairs = formats.map((format) => [format(before, currency), format(value, currency)] as const);
  const [then, now] = pairs.find(([a, b]) => a !== b) ?? [];
  return then === undefined ? `${name} stayed at ${pairs[0]?.[1]}.` : `${name} went from ${then} to ${now}.`;
}

/** Spend that lies so many times beyond the present one is nothing to work towards. */
const outOfReach = 10;

/** Where the feature stands now, and where another segment begins; empty when the answer does not say. */
export function nowAndThen({ feature, now, changeAt, changeTo }: StandingReason, currency: string): string {
  if (now === null) return '';
  const format = featureFormats[feature]?.formats[0] ?? decimal;
  const present = `Now ${format(now, currency)}`;
  const isFar = feature === 'spend365' && (changeAt ?? 0) > outOfReach * Math.max(now, 100);
  return changeAt === null || changeTo === null || isFar
    ? `${present}.`
    : `${present}; at ${format(changeAt, currency)} it would be ${changeTo}.`;
}

/** Why a prediction is what it is, in the API's words, with dates and sums of money written as elsewhere on the page. */
export function predictionReason(code: string, text: string, currency: string): string {
  const dated = text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (date) => day(date));
  return code === 'order-value'
    ? dated.replace(/-?\b\d+\.\d{2}\b/g, (amount) => money(Number(amount), currency))
    : dated;
}

/**
 * What a change would do to a prediction; undefined for those that say nothing to a person: one whose figures read the
 * same before and after, a day more in the past, which nobody can bring about, or more spent where all was sent back.
 */
export function changeSentence(
  change: PredictionChange,
  { currency, hasKept }: { readonly currency: string; readonly hasKept: boolean },
): string | undefined {
  const { code, value, to, at, outcome, horizonDays, from, becomes, text } = change;
  const written = (amount: number | null) =>
    outcome === 'expectedSpend' ? money(amount, currency) : percent(amount);
  const [now, then] = [written(from), written(becomes)];
  if (now === then && outcome !== 'expectedPurchases') return undefined;
  const within = `within ${horizonDays} days`;
  switch (code) {
    case 'purchase-today':
      return `Silent for ${days(value)}. After a purchase today, another one ${within} would be ${then} likely; now one is ${now} likely.`;
    case 'silence-until':
      return `If silent until ${day(at)} (${days(to)}), the chance of a purchase ${within} falls from ${now} to ${then}.`;
    case 'silence-since':
      return `Silent for ${days(value)}. Until ${day(at)} (${days(to)}) a purchase ${within} was likely; now its chance is ${now}.`;
    case 'spend-more':
      return hasKept
        ? `A purchase day brings ${money(value, currency)} on average. Had the last one brought as much again, ${then} would be expected ${within}, not ${now}.`
        : undefined;
    case 'purchase-day-more':
      return undefined;
    default:
      return text;
  }
}

/** 10.9 purchase days, expected or had. */
export function purchaseDays(value: number | null): string {
  const text = decimal(value);
  return `${text} purchase ${text === '1' ? 'day' : 'days'}`;
}

/** How often and when last: 3 purchase days; the last 12 days ago. */
export function boughtSoFar(purchaseDays: number, recencyDays: number | null): string {
  const bought = counted(purchaseDays, 'purchase day');
  if (recencyDays === null) return bought;
  const last = recencyDays < 1 ? 'within a day' : `${days(recencyDays)} ago`;
  return purchaseDays === 1 ? `${bought}, ${last}` : `${bought}; the last ${last}`;
}
