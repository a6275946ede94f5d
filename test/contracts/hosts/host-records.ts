import { expect } from 'vitest';
import { applyEvents } from '../../../operators/apply-events.ts';
import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import { encodeDocument } from '../../../operators/event/event-document.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import type { Migration } from '../../../operators/segments/segment-model.ts';
import { defaultStateOptions, msPerDay } from '../../../operators/state/customer-state.ts';
import { createRandom } from '../../../pipeline/ingest/random.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { documentOf } from '../../fixtures/batches.ts';
import { everythingStored } from '../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';
import { differing, foldedStates, storedStates } from '../fold-oracle.ts';
import { consumptionModel } from '../records.ts';

/** Events lie this long before the fixtures' base day, so that none is in the future. */
const leadDays = 1_500;

/** Fitted before the first event. */
export const model = modelOf({ fittedAtMs: baseMs - leadDays * msPerDay - 1 });

/** Purchases of several customers over two years in order of event time, with busy and quiet stretches and returns. */
export function deal(customers: number, eventsEach: number, seed: number): PurchaseEvent[] {
  const events: PurchaseEvent[] = [];
  for (let customer = 0; customer < customers; customer += 1) {
    const random = createRandom(seed, customer);
    let day = random.uniform() * 60;
    for (let index = 0; index < eventsEach; index += 1) {
      day += random.uniform() < 0.2 ? 90 + random.uniform() * 120 : 1 + random.uniform() * 20;
      const quantity = random.uniform() < 0.1 ? -1 : 1 + Math.floor(random.uniform() * 3);
      const price = 5 + Math.floor(random.uniform() * 20_000) / 100;
      events.push(
        boughtOn(day - leadDays, {
          customerId: `c-${customer}`,
          id: `c-${customer} no ${index}`,
          lines: [{ productId: `p-${Math.floor(random.uniform() * 9)}`, category: 'any', quantity, price }],
        }),
      );
    }
  }
  return events.sort((a, b) => a.occurredAtMs - b.occurredAtMs);
}

/** Each as a record of its own under its customer's key. */
export function recordsOf(events: readonly PurchaseEvent[]): UserRecord[] {
  return events.map((event) => ({
    partitionKey: event.customerId,
    data: encodeDocument(documentOf(event)),
  }));
}

export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = createRandom(seed, 0);
  return list
    .map((item) => ({ item, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** One pass in order of the stream, one event at a time: what every customer and every move must be. */
function onePass(events: readonly PurchaseEvent[]): {
  readonly customers: ReadonlyMap<string, CustomerRecord>;
  readonly moves: readonly Migration[];
} {
  const models = { segments: model, consumption: consumptionModel() };
  const customers = new Map<string, CustomerRecord>();
  const moves: Migration[] = [];
  for (const [index, event] of events.entries()) {
    const before = customers.get(event.customerId) ?? newCustomer(event.customerId);
    const at = { sequenceNumber: String(index + 1), subSequence: 0, ordered: true };
    const update = applyEvents(before, [{ ...at, event }], 'shard', models, defaultStateOptions);
    customers.set(event.customerId, update.after);
    moves.push(...update.migrations);
  }
  moves.sort((a, b) => a.customerId.localeCompare(b.customerId) || a.ordinal - b.ordinal);
  return { customers, moves };
}

/** Expects the feature state of every customer to be, byte for byte, what the events in order make of it. */
export async function expectStates(stores: Stores, events: readonly PurchaseEvent[]) {
  expect(differing(foldedStates(events), await storedStates(stores.customers))).toEqual([]);
  const stored = await everythingStored(stores);
  const ids = new Set(events.map(({ eventId }) => eventId));
  expect(Object.values(stored.purchases).flat().sort()).toEqual([...ids].sort());
  return stored;
}

/** Expects all that `events`, in this order per customer, must have led to: states, standings, moves and purchases. */
export async function expectAll(stores: Stores, events: readonly PurchaseEvent[]): Promise<void> {
  const stored = await expectStates(stores, events);
  const { customers, moves } = onePass(events);
  expect(stored.migrations).toEqual(moves);
  for (const { customerId, standing, prediction } of stored.customers) {
    const expected = customers.get(customerId);
    expect({ standing, prediction }).toEqual({
      standing: expected?.standing,
      prediction: expected?.prediction,
    });
  }
  expect(moves.length).toBeGreaterThan(0);
}

/** Expects each customer's moves to be numbered without a gap and to end where the customer stands. */
export async function expectWholeMoves(stores: Stores): Promise<void> {
  const { customers, migrations } = await everythingStored(stores);
  for (const { customerId, standing } of customers) {
    const own = migrations.filter((move) => move.customerId === customerId);
    expect(own.map(({ ordinal }) => ordinal)).toEqual(own.map((_, index) => index + 1));
    expect(own).toHaveLength(standing?.migrations ?? 0);
    if (own.length > 0) expect(own.at(-1)?.to).toBe(standing?.segment);
  }
}
