import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { PurchaseItem } from '../../operators/event/purchase-event.ts';
import type { AwsClients } from '../../sinks/aws-clients.ts';
import { openStores } from '../../sinks/open-stores.ts';
import { provision } from '../../sinks/provision.ts';
import type { Page, PageRequest, Stores } from '../../sinks/stores.ts';
import { TableAccess } from '../../sinks/table-access.ts';
import { type TableNames, type TableRole, tableNames } from '../../sinks/table-definitions.ts';
import { WriteMeter } from '../../sinks/write-meter.ts';

/** Stores on fresh tables, with what lies beneath them. */
export interface OpenedStores {
  readonly stores: Stores;
  readonly dynamo: DynamoDBDocumentClient;
  readonly names: TableNames;
  readonly meter: WriteMeter;
}

/** What a test works on: fresh stores, and the wall clock they go by, which it may set. */
export interface StoreBench extends OpenedStores {
  nowMs: number;
}

/**
 * What a service leaves out of the real one: `key-limits`: it takes keys of any length; `index-units`: it does not count
 * what writing into an index costs.
 */
export type EngineGap = 'key-limits' | 'index-units';

/** Expects what is read from an index, which follows its table by a moment. */
export const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 5_000 });

let opened = 0;

/** Stores on fresh tables of the service that the clients speak to. */
export async function openFreshStores(clients: AwsClients, nowMs: () => number): Promise<OpenedStores> {
  opened += 1;
  const names = tableNames(`t${process.pid}-${opened}`);
  await provision(clients, { streamName: `t${process.pid}`, shardCount: 1, tableNames: names });
  const meter = new WriteMeter();
  return {
    stores: openStores(clients.dynamo, names, { nowMs, meter }),
    dynamo: clients.dynamo,
    names,
    meter,
  };
}

/** One of the tables itself, for what the stores rely on and do not show. */
export function tableOf({ dynamo, names, meter }: OpenedStores, role: TableRole): TableAccess {
  return new TableAccess(dynamo, names[role], role, meter);
}

export const dayMs = 86_400_000;

export function lines(count: number, productId: (index: number) => string): PurchaseItem[] {
  return Array.from({ length: count }, (_, index) => ({
    productId: productId(index),
    category: 'any',
    quantityMilli: 1_000,
    unitPriceMicros: 1_000_000,
  }));
}

/** Lines whose product ids can't be compressed much. */
export function noisyLines(count: number, idLength: number, seed: number): PurchaseItem[] {
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 2).toString(36);
  };
  return lines(count, () => Array.from({ length: 26 }, noise).join('').slice(0, idLength));
}

/** Goes through a listing to its end. */
export async function allPages<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await list({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}
