/** Conditions, filters, updates and projections as the stores write them; anything else throws, so nothing passes unseen. */

export type Item = Record<string, unknown>;

export interface Substitutions {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

type Comparison = (a: never, b: never) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** True when the item (undefined: there is none) fulfils clauses joined by AND, or those of one side of an OR. */
export function holds(expression: string | undefined, item: Item | undefined, given: Substitutions): boolean {
  if (expression === undefined) return true;
  return expression
    .split(/\s+OR\s+/)
    .some((side) => side.split(/\s+AND\s+/).every((clause) => clauseHolds(clause.trim(), item, given)));
}

function clauseHolds(clause: string, item: Item | undefined, given: Substitutions): boolean {
  const existence = /^attribute_(not_)?exists\(([#\w]+)\)$/.exec(clause);
  if (existence) {
    const exists = item?.[nameOf(existence[2] as string, given)] !== undefined;
    return existence[1] === undefined ? exists : !exists;
  }
  const compared = /^([#\w]+)\s*(=|<=|>=|<|>)\s*(:\w+)$/.exec(clause);
  if (!compared) throw new Error(`the fake tables know no such clause: ${clause}`);
  const [, name = '', operator = '', placeholder = ''] = compared;
  const left = item?.[nameOf(name, given)];
  const right = valueNamed(placeholder, given);
  // As in the service, values of different types compare as false.
  if (typeof left !== typeof right) return false;
  return (comparisons[operator] as Comparison)(left as never, right as never);
}

/** The item after `SET a = :b, ...`. */
export function updated(expression: string, item: Item, given: Substitutions): Item {
  const body = /^SET\s+(.+)$/.exec(expression)?.[1];
  if (body === undefined) throw new Error(`the fake tables know no such update: ${expression}`);
  const changes = body.split(',').map((part) => {
    const assigned = /^\s*([#\w]+)\s*=\s*(:\w+)\s*$/.exec(part);
    if (!assigned) throw new Error(`the fake tables know no such assignment: ${part}`);
    return [nameOf(assigned[1] as string, given), valueNamed(assigned[2] as string, given)];
  });
  return { ...item, ...Object.fromEntries(changes) };
}

export function projected(expression: string | undefined, item: Item, given: Substitutions): Item {
  if (expression === undefined) return item;
  const names = expression.split(',').map((name) => nameOf(name.trim(), given));
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));
}

/** The value a key condition demands of an attribute, for instance of the partition key. */
export function equalTo(expression: string, attribute: string, given: Substitutions): unknown {
  for (const clause of expression.split(/\s+AND\s+/)) {
    const compared = /^([#\w]+)\s*=\s*(:\w+)$/.exec(clause.trim());
    if (compared && nameOf(compared[1] as string, given) === attribute) {
      return valueNamed(compared[2] as string, given);
    }
  }
  throw new Error(`no value for ${attribute} in ${expression}`);
}

function nameOf(name: string, given: Substitutions): string {
  if (!name.startsWith('#')) return name;
  const meant = given.ExpressionAttributeNames?.[name];
  if (meant === undefined) throw new Error(`no name is given for ${name}`);
  return meant;
}

function valueNamed(placeholder: string, given: Substitutions): unknown {
  const value = given.ExpressionAttributeValues?.[placeholder];
  if (value === undefined) throw new Error(`no value is given for ${placeholder}`);
  return value;
}
