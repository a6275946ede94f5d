import { createHash } from 'node:crypto';
import type { CustomerRecord } from '../../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { encodeState } from '../../../operators/state/state-codec.ts';
import type { PublishedMigration, Stores } from '../../../sinks/stores.ts';
import { wholeQuarantine } from '../../fixtures/whole-quarantine.ts';
import { fingerprint } from './retail-traffic.ts';

/** Each customer's state after one pass over the events in their order, by the pure fold alone. */
export function foldInOrder(events: readonly PurchaseEvent[]): Map<string, Buffer> {
  const byCustomer = new Map<string, PurchaseEvent[]>();
  for (const event of events) {
    const own = byCustomer.get(event.customerId);
    if (own) own.push(event);
    else byCustomer.set(event.customerId, [event]);
  }
  const stateOf = (own: readonly PurchaseEvent[]) =>
    own.reduce((state, event) => foldEvents(state, [event]).state, emptyState);
  return new Map(
    [...byCustomer].map(([customerId, own]) => [customerId, Buffer.from(encodeState(stateOf(own)))]),
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

/** Quarantined records by position, with their fingerprints. */
export async function allQuarantined(stores: Stores): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  for (const entry of await wholeQuarantine(stores.quarantine)) {
    const { shardId, sequenceNumber, partitionKey, data, rejection } = entry;
    entries.set(`${shardId}:${sequenceNumber}`, fingerprint(rejection.reason, partitionKey, data));
  }
  return entries;
}

/** @param redriven true when a range was put again: what was quarantined in it already then comes a second time */
export function quarantineDifferences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  redriven: boolean,
): string[] {
  const differences: string[] = [];
  const known = new Set(expected.values());
  for (const [position, mark] of expected) {
    const there = found.get(position);
    if (there !== mark) differences.push(`${position}: ${there ?? 'not quarantined'}, expected ${mark}`);
  }
  for (const [position, mark] of found) {
    if (expected.has(position) || (redriven && known.has(mark))) continue;
    differences.push(`${position}: ${mark}, but no poison`);
  }
  return differences;
}
