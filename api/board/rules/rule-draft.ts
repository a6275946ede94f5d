import type { Cause } from '../data/answers.ts';
import type { QuietHours, Rule, RuleInput, RuleTarget, RuleWhen } from '../data/rule-answers.ts';

/** A rule as the form holds it: what is typed is text until it is checked. */
export interface RuleDraft {
  readonly name: string;
  readonly enabled: boolean;
  readonly kind: RuleWhen['kind'];
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly causes: readonly Cause[];
  readonly minValue: string;
  /** Per cent. */
  readonly below: string;
  readonly withinDays: 30 | 90;
  /** One a line. */
  readonly products: string;
  readonly categories: string;
  readonly minPurchases: string;
  readonly targets: readonly TargetDraft[];
  readonly quiet: boolean;
  readonly quietHours: QuietHours;
  readonly ratePerHour: string;
}

export interface TargetDraft {
  readonly kind: RuleTarget['kind'];
  readonly address: string;
  readonly id?: string | undefined;
}

/** What is wrong, by the field it is wrong with; of the addresses each by its place. */
export type DraftErrors = Readonly<Partial<Record<keyof RuleDraft | `target ${number}`, string>>>;

export type CheckedDraft =
  | { readonly ok: true; readonly input: RuleInput }
  | { readonly ok: false; readonly errors: DraftErrors };

/** An empty form: the most usual rule, good customers slipping away. */
export function newDraft(timeZone: string): RuleDraft {
  return {
    name: '',
    enabled: true,
    kind: 'migration',
    from: [],
    to: ['needs-attention', 'at-risk'],
    causes: [],
    minValue: '',
    below: '30',
    withinDays: 90,
    products: '',
    categories: '',
    minPurchases: '',
    targets: [{ kind: 'stream', address: '' }],
    quiet: false,
    quietHours: { from: '22:00', to: '07:00', timeZone },
    ratePerHour: '',
  };
}

/** The form of a stored rule. */
export function draftOf(rule: Rule, timeZone: string): RuleDraft {
  const { when } = rule;
  const shared = {
    ...newDraft(timeZone),
    name: rule.name,
    enabled: rule.enabled,
    kind: when.kind,
    targets: rule.deliver.map((target) => ({ kind: target.kind, address: addressOf(target), id: target.id })),
    quiet: rule.quietHours != null,
    ...(rule.quietHours == null ? {} : { quietHours: rule.quietHours }),
    ratePerHour: textOf(rule.ratePerHour),
  };
  switch (when.kind) {
    case 'migration':
      return {
        ...shared,
        from: when.from ?? [],
        to: when.to ?? [],
        causes: when.causes ?? [],
        minValue: textOf(when.minValue),
      };
    case 'probability-alive':
    case 'purchase-probability':
      return {
        ...shared,
        below: textOf(percentOf(when.below)),
        minValue: textOf(when.minValue),
        ...('withinDays' in when ? { withinDays: when.withinDays } : {}),
      };
    case 'replenishment-due':
      return {
        ...shared,
        products: (when.products ?? []).join('\n'),
        categories: (when.categories ?? []).join('\n'),
        minPurchases: textOf(when.minPurchases),
      };
  }
}

/** What the form asks for, or what is missing from it; the API has the last word. */
export function checkDraft(draft: RuleDraft): CheckedDraft {
  const errors: { -readonly [K in keyof DraftErrors]?: string } = {};
  const name = draft.name.trim();
  if (name === '') errors.name = 'A rule needs a name.';
  const number = (
    field: 'minValue' | 'below' | 'minPurchases' | 'ratePerHour',
    min: number,
    whole: boolean,
  ) => {
    const text = draft[field].trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value >= min && (!whole || Number.isInteger(value))) return value;
    errors[field] = `A ${whole ? 'whole number' : 'number'}, ${min} or more.`;
    return undefined;
  };
  const minValue = number('minValue', 0, false);
  const hasLine = draft.kind === 'probability-alive' || draft.kind === 'purchase-probability';
  const belowPercent = hasLine ? number('below', 0, false) : undefined;
  if (hasLine && !errors.below && !between(belowPercent, 0, 100)) {
    errors.below = 'Between 0 and 100 %.';
  }
  const minPurchases = draft.kind === 'replenishment-due' ? number('minPurchases', 2, true) : undefined;
  const ratePerHour = number('ratePerHour', 1, true);
  if (draft.targets.length === 0) errors.targets = 'Say where the alerts go.';
  for (const [index, { kind, address }] of draft.targets.entries()) {
    if (kind !== 'stream' && address.trim() === '') errors[`target ${index}`] = 'An address is missing.';
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    input: {
      name,
      enabled: draft.enabled,
      when: whenOf(draft, { minValue, below: (belowPercent ?? 0) / 100, minPurchases }),
      deliver: draft.targets.map(targetOf),
      quietHours: draft.quiet ? draft.quietHours : null,
      ratePerHour: ratePerHour ?? null,
    },
  };
}

interface Numbers {
  readonly minValue: number | undefined;
  readonly below: number;
  readonly minPurchases: number | undefined;
}

function whenOf(draft: RuleDraft, { minValue, below, minPurchases }: Numbers): RuleWhen {
  const least = minValue === undefined ? {} : { minValue };
  switch (draft.kind) {
    case 'migration':
      return {
        kind: 'migration',
        ...some('from', draft.from),
        ...some('to', draft.to),
        ...some('causes', draft.causes),
        ...least,
      };
    case 'probability-alive':
      return { kind: 'probability-alive', below, ...least };
    case 'purchase-probability':
      return { kind: 'purchase-probability', withinDays: draft.withinDays, below, ...least };
    case 'replenishment-due':
      return {
        kind: 'replenishment-due',
        ...some('products', lines(draft.products)),
        ...some('categories', lines(draft.categories)),
        ...(minPurchases === undefined ? {} : { minPurchases }),
      };
  }
}

/** An empty list allows all, and is left out. */
function some<K extends string, T>(name: K, list: readonly T[]): { [P in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { [P in K]?: readonly T[] });
}

/** The entries of a list typed one a line, each once. */
function lines(text: string): string[] {
  const entries = text.split('\n').map((line) => line.trim());
  return [...new Set(entries.filter((line) => line !== ''))];
}

function targetOf({ kind, address, id }: TargetDraft): RuleTarget {
  const known = id === undefined ? {} : { id };
  const to = address.trim();
  switch (kind) {
    case 'stream':
      return { kind, ...known };
    case 'webhook':
      return { kind, url: to, ...known };
    case 'sns':
      return { kind, topicArn: to, ...known };
    case 'eventbridge':
      return { kind, bus: to, ...known };
  }
}

function addressOf(target: RuleTarget): string {
  switch (target.kind) {
    case 'stream':
      return '';
    case 'webhook':
      return target.url;
    case 'sns':
      return target.topicArn;
    case 'eventbridge':
      return target.bus;
  }
}

function textOf(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function percentOf(share: number): number {
  return Number((share * 100).toFixed(6));
}

function between(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && value > low && value < high;
}
