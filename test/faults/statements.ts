import type { Item } from './expressions.ts';

/** A PartiQL statement as the stores write them, with its parameters put in. */
export type Statement =
  | { readonly kind: 'insert'; readonly table: string; readonly item: Item }
  | {
      readonly kind: 'update';
      readonly table: string;
      readonly set: Item;
      readonly remove: readonly string[];
      /** Attributes that must have these values; the key among them. */
      readonly where: Item;
    };

/** Reads `INSERT INTO "t" VALUE {'a': ?}` and `UPDATE "t" SET "a" = ? REMOVE "b" WHERE "k" = ? AND "c" = ?`; no more. */
export function readStatement(text: string, parameters: readonly unknown[]): Statement {
  const rest = [...parameters];
  const assigned = (names: readonly string[]): Item =>
    Object.fromEntries(
      names.map((name) => {
        if (rest.length === 0) throw new Error(`too few parameters for ${text}`);
        return [name, rest.shift()];
      }),
    );
  const inserted = /^INSERT INTO "([\w.-]+)" VALUE \{(.+)\}$/.exec(text);
  if (inserted) {
    const names = (inserted[2] as string).split(', ').map((member) => matched(/^'(\w+)': \?$/, member));
    return { kind: 'insert', table: inserted[1] as string, item: assigned(names) };
  }
  const changed = /^UPDATE "([\w.-]+)" (.+) WHERE (.+)$/.exec(text);
  if (!changed) throw new Error(`the fake tables know no such statement: ${text}`);
  const clauses = (changed[2] as string).split(/ (?=SET |REMOVE )/);
  const sets = clauses.filter((clause) => clause.startsWith('SET'));
  const set = assigned(sets.map((clause) => matched(/^SET "(\w+)" = \?$/, clause)));
  const removes = clauses.filter((clause) => !clause.startsWith('SET'));
  const conditions = (changed[3] as string).split(' AND ');
  return {
    kind: 'update',
    table: changed[1] as string,
    set,
    remove: removes.map((clause) => matched(/^REMOVE "(\w+)"$/, clause)),
    where: assigned(conditions.map((condition) => matched(/^"(\w+)" = \?$/, condition))),
  };
}

function matched(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the fake tables know no such part of a statement: ${text}`);
  return found;
}
