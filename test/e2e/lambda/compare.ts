import { createHash } from 'node:crypto';
import type { CustomerRecord } from '../../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import type { PublishedMigration, QuarantineEntry, Stores } from '../../../sinks/stores.ts';

/** Each customer's state after one pass over the events in their order, by the pure fold alone. */
export function foldInOrder(events: readonly PurchaseEvent[]): Map<string, Buffer> {
  const byCustomer = new Map<string, PurchaseEvent[]>();
  for (const event of events) {
    const own = byCustomer.get(event.customerId);
    if (own) own.push(event);
    else byCustomer.set(event.customerId, [event]);
  }
  return new Map(
    [...byCustomer]
      .map(([customerId, own]) => [
        customerId,
        own.reduce((state, event) => foldEvents(state, [event]).state, emptyState),
      ])
      .map(([customerId, state]) => [customerId as string, Buffer.from(encodeState(state as never))]),
  );
}

export function stateDifferences(
  expected: ReadonlyMap<string, Buffer>,
  customers: readonly CustomerRecord[],
): string[] {
  const found = new Map(
    customers.map((record) => [record.customerId, Buffer.from(encodeState(record.state))]),
  );
  const differences: string[] = [];
  for (const [customerId, bytes] of expected) {
    const stored = found.get(customerId);
    if (stored === undefined) differences.push(`${customerId} is not stored`);
    else if (!stored.equals(bytes)) differences.push(`${customerId}: other bytes`);
  }
  for (const customerId of found.keys()) {
    if (!expected.has(customerId)) differences.push(`${customerId} is stored, and in no event`);
  }
  return differences;
}

/** One number for all states, to compare runs by. */
export function digestOf(states: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const customerId of [...states.keys()].sort())
    hash.update(customerId).update(states.get(customerId) as Buffer);
  return hash.digest('hex').slice(0, 16);
}

export async function allCustomers(stores: Stores): Promise<CustomerRecord[]> {
  const records: CustomerRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await stores.customers.scan({ limit: 1_000, cursor });
    records.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return records;
}

/** In order of publication; one that was published again has moved, and is there once. */
export async function allMigrations(stores: Stores): Promise<PublishedMigration[]> {
  const moves: PublishedMigration[] = [];
  let feedKey: string | undefined;
  for (;;) {
    const page = await stores.migrations.feedAfter(feedKey, 1_000);
    if (page.length === 0) return moves;
    moves.push(...page);
    feedKey = page.at(-1)?.feedKey;
  }
}

/** Quarantined records by position, with their reasons. */
export async function allQuarantined(stores: Stores): Promise<Map<string, QuarantineEntry>> {
  const entries = new Map<string, QuarantineEntry>();
  let cursor: string | undefined;
  do {
    const page = await stores.quarantine.list({ limit: 1_000, cursor });
    for (const entry of page.items) entries.set(`${entry.shardId}:${entry.sequenceNumber}`, entry);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return entries;
}

export function quarantineDifferences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, QuarantineEntry>,
): string[] {
  const differences: string[] = [];
  for (const [position, reason] of expected) {
    const entry = found.get(position);
    if (entry?.rejection.reason !== reason) {
      differences.push(`${position}: ${entry?.rejection.reason ?? 'not quarantined'}, expected ${reason}`);
    }
  }
  for (const [position, entry] of found) {
    if (!expected.has(position)) differences.push(`${position}: ${entry.rejection.reason}, but no poison`);
  }
  return differences;
}
