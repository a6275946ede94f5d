import { microsPerUnit } from '../event/money.ts';
import type { PredictionChange } from './prediction-counterfactuals.ts';

/** A change as one or two sentences a person can read. */
export function describeChange(change: PredictionChange): string {
  const { value, to, horizonDays, from, becomes } = change;
  const within = `within ${horizonDays} days`;
  const day = new Date(change.atMs).toISOString().slice(0, 10);
  const now = likelihood(from);
  const then = likelihood(becomes);
  switch (change.code) {
    case 'purchase-today':
      return `Silent for ${inDays(value)}. After a purchase today another one ${within} would be ${then} likely; now one is ${now} likely.`;
    case 'silence-until':
      return becomes < 0.5 && from >= 0.5
        ? `If silent until ${day} (${inDays(to)}), a purchase ${within} becomes unlikely: its probability, now ${now}, falls below one half.`
        : `If silent until ${day} (${inDays(to)}), a purchase ${within} is half as likely as now: ${then} instead of ${now}.`;
    case 'silence-since':
      return `Silent for ${inDays(value)}. Until ${day} (${inDays(to)}) a purchase ${within} was likely; now its probability is ${now}.`;
    case 'purchase-day-more':
      return becomes < from
        ? `Bought on ${inDays(value)}. One purchase day more, say ${day}, would have made the usual gap shorter and the silence since tell more: ${amount(becomes)} purchase days would be expected ${within}, fewer than the ${amount(from)} now.`
        : `Bought on ${inDays(value)}. With one purchase day more, say ${day}, ${amount(becomes)} purchase days would be expected ${within}, not ${amount(from)}.`;
    case 'spend-more':
      return `A purchase day brings ${money(value)} on average. Had the last one brought as much again (${money(to)} on average), the spend expected ${within} would be ${money(becomes)}, not ${money(from)}.`;
  }
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** With a decimal where whole percentages would say too little. */
function likelihood(probability: number): string {
  const percent = probability * 100;
  if (percent > 0 && percent < 0.1) return 'less than 0.1 %';
  if (percent < 100 && percent > 99.9) return 'more than 99.9 %';
  return `${percent < 10 || percent > 90 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function amount(purchases: number): string {
  return purchases < 10 ? purchases.toFixed(2) : purchases.toFixed(1);
}

function money(micros: number): string {
  return (micros / microsPerUnit).toFixed(2);
}
