import type { TableDefinition, TableRole } from '../../sinks/table-definitions.ts';
import type { Item } from './expressions.ts';
import { serviceError } from './service-errors.ts';

export interface IndexView {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** What queries of the index see. */
  readonly seen: Map<string, Item>;
  /** Changes on their way into the index, in order. */
  readonly onTheWay: { readonly atMs: number; readonly key: string; readonly item: Item | undefined }[];
}

export interface Table {
  readonly role: TableRole;
  readonly definition: TableDefinition;
  readonly items: Map<string, Item>;
  readonly indexes: readonly IndexView[];
}

export function catchUp(index: IndexView, nowMs: number): void {
  const waiting = index.onTheWay.splice(0);
  for (const change of waiting) {
    if (change.atMs > nowMs) index.onTheWay.push(change);
    else if (change.item) index.seen.set(change.key, change.item);
    else index.seen.delete(change.key);
  }
}

export function keyOf({ definition }: Table, item: Item): string {
  const parts = [item[definition.partitionKey], ...(definition.sortKey ? [item[definition.sortKey]] : [])];
  if (parts.some((part) => part === undefined))
    throw serviceError('ValidationException', 'the key is not complete');
  return parts.join('\0');
}

export function primaryKey({ definition }: Table, item: Item): Item {
  const { partitionKey, sortKey } = definition;
  return { [partitionKey]: item[partitionKey], ...(sortKey ? { [sortKey]: item[sortKey] } : {}) };
}

/** Bytes are the table's own from here on, and come back as the SDK gives them: no Buffer. */
export function copied([name, value]: [string, unknown]): [string, unknown] {
  return [name, value instanceof Uint8Array ? new Uint8Array(value) : value];
}

export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}
