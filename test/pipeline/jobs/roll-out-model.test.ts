import { describe, expect, test } from 'vitest';
import type { ActiveModels } from '../../../operators/batch.ts';
import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import { startStanding } from '../../../operators/segments/advance-standing.ts';
import type { SegmentModel } from '../../../operators/segments/segment-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { rollOutModel } from '../../../pipeline/jobs/roll-out-model.ts';
import type { Stores } from '../../../sinks/stores.ts';
import { faultyStores } from '../../fixtures/faulty-stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { everythingStored, startProcess } from '../../fixtures/pipeline-bench.ts';
import { baseMs, boughtOn } from '../../fixtures/purchases.ts';
import { modelOf } from '../../operators/segments/factories.ts';

const atMs = baseMs + 10 * msPerDay;
const first = modelOf({ version: 'm-1', fittedAtMs: atMs });
const swapped = modelOf({
  version: 'm-2',
  fittedAtMs: atMs + msPerDay,
  centroids: [3, 1, 2, 0, 4, 5, 6, 7].map((index) => first.centroids[index] ?? []),
});
const under = (segments: SegmentModel | undefined): ActiveModels => ({ segments, consumption: undefined });

/** As a worker writes it that has not heard of the newest model. */
function startStandingUnder({ state }: CustomerRecord) {
  return startStanding(state, first, swapped.fittedAtMs, 'model');
}

async function openStores(count: number): Promise<Stores> {
  const stores = memoryStores();
  for (let index = 0; index < count; index += 1) {
    const customerId = `c-${String(index).padStart(4, '0')}`;
    const blank = newCustomer(customerId);
    const event = boughtOn(0, { customerId, id: customerId, lines: [{ productId: 'tea', price: 280 }] });
    await stores.customers.put({ ...blank, version: 1, state: foldEvents(blank.state, [event]).state });
  }
  return stores;
}

describe('rollOutModel', () => {
  test('gives every customer a standing under the first model, over pages, without a migration', async () => {
    const stores = await openStores(450);
    const bench = startProcess(stores);
    expect(await rollOutModel(under(first), atMs, bench)).toBe(450);
    const { customers, migrations } = await everythingStored(stores);
    expect(customers.every(({ standing }) => standing?.modelVersion === 'm-1')).toBe(true);
    expect(new Set(customers.map(({ standing }) => standing?.sinceMs))).toEqual(new Set([atMs]));
    expect(migrations).toEqual([]);
    expect(await stores.checkpoints.rollout()).toMatchObject({ modelVersion: 'm-1', finished: true });
  });

  test('moves customers under the next one, with that cause and at the instant of its fit', async () => {
    const stores = await openStores(3);
    const bench = startProcess(stores);
    await rollOutModel(under(first), atMs, bench);
    expect(await rollOutModel(under(swapped), swapped.fittedAtMs, bench)).toBe(3);
    expect(await stores.migrations.feedAfter(undefined, 10)).toMatchObject(
      Array.from({ length: 3 }, () => ({ cause: 'model', atMs: swapped.fittedAtMs, modelVersion: 'm-2' })),
    );
  });

  test('of a model already rolled out, and of none, does nothing', async () => {
    const { stores, calls } = faultyStores(await openStores(3), () => undefined);
    const bench = startProcess(stores);
    await rollOutModel(under(first), atMs, bench);
    calls.length = 0;
    expect(await rollOutModel(under(first), atMs, bench)).toBe(0);
    expect(calls).toEqual(['checkpoints.rollout']);
    expect(await rollOutModel(under(undefined), atMs, bench)).toBe(0);
  });

  test('writes nobody who stays where they are', async () => {
    const stores = await openStores(5);
    const bench = startProcess(stores);
    await rollOutModel(under(first), atMs, bench);
    const renamed = { ...first, version: 'm-3', fittedAtMs: atMs + 1 };
    expect(await rollOutModel(under(renamed), atMs + 1, bench)).toBe(0);
  });

  test('with others at work passes twice: whom they judged by the model before meanwhile is judged again', async () => {
    const stores = await openStores(3);
    await rollOutModel(under(first), atMs, startProcess(stores));
    let nowMs = 1_000;
    const bench = { ...startProcess(stores), others: { modelAgeMsMax: 60_000, nowMs: () => nowMs } };
    const toMs = swapped.fittedAtMs;
    expect(await rollOutModel(under(swapped), toMs, bench)).toBe(3);
    expect(await stores.checkpoints.rollout()).toMatchObject({ finished: false, passedOnce: true });

    const judged = (await stores.customers.get('c-0001')) as CustomerRecord;
    const behind = {
      ...judged,
      version: judged.version + 1,
      outbox: [],
      standing: startStandingUnder(judged),
    };
    await stores.customers.put(behind);
    nowMs += 59_999;
    expect(await rollOutModel(under(swapped), toMs, bench)).toBe(0);
    nowMs += 1;
    expect(await rollOutModel(under(swapped), toMs, { ...bench, cache: startProcess(stores).cache })).toBe(1);
    expect(await stores.checkpoints.rollout()).toMatchObject({ finished: true });
    expect((await stores.customers.get('c-0001'))?.standing?.modelVersion).toBe('m-2');
    expect(await rollOutModel(under(swapped), toMs, bench)).toBe(0);
  });

  test('cut off by a newer model starts over with that one', async () => {
    const stores = await openStores(250);
    await stores.checkpoints.putRollout({ modelVersion: 'm-1', cursor: '199', finished: false });
    expect(await rollOutModel(under(swapped), swapped.fittedAtMs, startProcess(stores))).toBe(250);
  });

  test.each(['lost', 'unanswered'] as const)(
    'cut off at any call (%s) goes on, also at a later clock, and ends in the same place',
    async (kind) => {
      const open = async () => {
        const stores = await openStores(3);
        await rollOutModel(under(first), atMs, startProcess(stores));
        return stores;
      };
      const expected = await open();
      await rollOutModel(under(swapped), swapped.fittedAtMs, startProcess(expected));
      const everything = await everythingStored(expected);
      let failures = 0;
      for (let target = 1; ; target += 1) {
        const stores = await open();
        const faulty = faultyStores(stores, ({ number }) => (number === target ? kind : undefined));
        await rollOutModel(under(swapped), swapped.fittedAtMs, startProcess(faulty.stores)).catch(
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'outage' });
          },
        );
        if (faulty.calls.length < target) break;
        failures += 1;
        await rollOutModel(under(swapped), swapped.fittedAtMs + msPerDay, startProcess(stores));
        expect(await everythingStored(stores), `cut off at ${faulty.calls[target - 1]}`).toEqual(everything);
      }
      expect(failures).toBeGreaterThan(5);
    },
  );
});
