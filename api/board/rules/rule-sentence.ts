import type { RuleTarget, RuleWhen } from '../data/rule-answers.ts';
import { money, percent } from '../format/numbers.ts';
import { nameOf } from '../format/segments.ts';

/** The condition of a rule as a person would say it. */
export function whenSentence(when: RuleWhen, currency: string): string {
  const worth =
    'minValue' in when && when.minValue !== undefined
      ? `, worth at least ${money(when.minValue, currency)}`
      : '';
  switch (when.kind) {
    case 'migration': {
      const from = when.from === undefined ? 'any segment' : oneOf(when.from.map(title));
      const to = when.to === undefined ? 'any other' : oneOf(when.to.map(title));
      const causes =
        when.causes === undefined ? '' : ` by ${oneOf(when.causes.map((cause) => causeNames[cause]))}`;
      return `A customer moves from ${from} to ${to}${causes}${worth}.`;
    }
    case 'probability-alive':
      return `The chance that a customer is still one falls below ${percent(when.below)}${worth}.`;
    case 'purchase-probability':
      return `The chance that a customer buys within ${when.withinDays} days falls below ${percent(when.below)}${worth}.`;
    case 'replenishment-due': {
      const what = [
        ...(when.products === undefined ? [] : [`product ${oneOf(when.products)}`]),
        ...(when.categories === undefined ? [] : [`category ${oneOf(when.categories)}`]),
      ];
      const often = when.minPurchases === undefined ? '' : `, bought at least ${when.minPurchases} times`;
      return `${what.length === 0 ? 'Any product' : capital(what.join(' or '))} is due again${often}.`;
    }
  }
}

/** Where alerts go, in a few words. */
export function targetWords(target: RuleTarget): string {
  switch (target.kind) {
    case 'stream':
      return 'live stream';
    case 'webhook':
      return `webhook ${target.url}`;
    case 'sns':
      return `SNS ${target.topicArn}`;
    case 'eventbridge':
      return `EventBridge ${target.bus}`;
  }
}

const causeNames = { event: 'a purchase or return', time: 'passing time', model: 'a new model' } as const;

const listedMax = 4;

function oneOf(names: readonly string[]): string {
  const listed = names.slice(0, listedMax);
  const rest = names.length - listed.length;
  const last = rest > 0 ? `${rest} more` : listed.pop();
  return listed.length === 0 ? String(last) : `${listed.join(', ')} or ${last}`;
}

function title(slug: string): string {
  return nameOf(slug) ?? slug;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
