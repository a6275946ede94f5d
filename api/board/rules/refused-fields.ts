import type { Problem } from '../data/problem.ts';
import type { DraftErrors, RuleDraft } from './rule-draft.ts';

/** What the API has against a rule, at the fields of the form; what belongs to none of them is left out. */
export function refusedFields(errors: Problem['errors']): DraftErrors {
  const entries = errors.flatMap(({ field, message }) => {
    const name = formField(field);
    return name === undefined ? [] : [[name, inWords(message)] as const];
  });
  return Object.fromEntries(entries);
}

/** The field of the form that holds a field of the request. */
function formField(field: string): keyof DraftErrors | undefined {
  const [first = '', second = ''] = field.split('.');
  if (first === 'deliver') return second === '' ? 'targets' : `target ${Number(second)}`;
  const name = first === 'when' ? second : first;
  return formFields.find((each) => each === name);
}

const formFields = [
  'name',
  'from',
  'to',
  'causes',
  'minValue',
  'below',
  'withinDays',
  'products',
  'categories',
  'minPurchases',
  'quietHours',
  'ratePerHour',
] as const satisfies readonly (keyof RuleDraft)[];

/** `expected an https URL` as: This has to be an https URL. */
function inWords(message: string): string {
  const expected = /^expected (.+)$/.exec(message)?.[1];
  const text = expected === undefined ? message : `this has to be ${expected}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
