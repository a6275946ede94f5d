import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { describeFaults } from './fault-contract.ts';
import { type HostBench, type MakeHost, openBench, type Services, startServices } from './host-bench.ts';
import { deal, expectAll, expectStates, expectWholeMoves, recordsOf, shuffled } from './host-records.ts';
import { describeRecords } from './record-contract.ts';
import { describeResharding } from './reshard-contract.ts';

export interface HostTraits {
  /** Longest time that an activated model may take to show, ms. */
  readonly modelAgeMsMax: number;
  /** False where the service reads the stream and hands its records over. */
  readonly readsStream: boolean;
}

/** Gives a bench for one test; it is closed when the test ends. */
export type OpenBench = (shardCount?: number) => Promise<HostBench>;

/**
 * What every host has to do, whoever hands it the records: from a stream to tables that end as one pass in order ends,
 * through restarts, kills, faults and resharding.
 */
export function describeHost(name: string, makeHost: MakeHost, traits: HostTraits): void {
  describe(name, () => {
    let services: Services;
    let bench: HostBench | undefined;
    const open: OpenBench = async (shardCount) => {
      bench = await openBench(services, makeHost, shardCount);
      return bench;
    };

    beforeAll(async () => {
      services = await startServices();
    });
    afterEach(async () => {
      await bench?.close();
      bench = undefined;
    });
    afterAll(() => services?.stop());

    describeRuns(open, traits);
    describeRecords(open);
    describeFaults(open, traits);
    describeResharding(open);
  });
}

function describeRuns(open: OpenBench, traits: HostTraits): void {
  test('takes all that is on the stream to its customers, purchases, moves and predictions', async () => {
    const bench = await open(3);
    const events = deal(9, 14, 1);
    await bench.put(recordsOf(events));
    await bench.start();
    await bench.host.caughtUp();
    await expectAll(bench.stores, events);
  });

  test('takes what comes while it runs', async () => {
    const bench = await open();
    const events = deal(6, 12, 2);
    await bench.start();
    for (let at = 0; at < events.length; at += 25) {
      await bench.put(recordsOf(events.slice(at, at + 25)));
      await bench.host.caughtUp();
      await expectStates(bench.stores, events.slice(0, at + 25));
    }
    await expectAll(bench.stores, events);
  });

  test('stopped and started again it goes on, and counts each event once', async () => {
    const bench = await open();
    const events = deal(6, 15, 3);
    for (let at = 0; at < events.length; at += 30) {
      await bench.put(recordsOf(events.slice(at, at + 30)));
      await bench.start();
      await bench.host.caughtUp();
      await bench.host.stop();
    }
    await bench.start();
    await bench.host.caughtUp();
    await expectAll(bench.stores, events);
  });

  test('asked to stop it finishes what it has in hand, and the next start does none of it again', async () => {
    const bench = await open(1);
    const events = deal(4, 5, 4);
    await bench.put(recordsOf(events));
    let release: () => void = () => {};
    const released = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    let reached: () => void = () => {};
    const inHand = new Promise<void>((resolve) => {
      reached = resolve;
    });
    await bench.start((call) => {
      if (call.table !== 'customers' || call.operation !== 'PutItem') return undefined;
      reached();
      return released;
    });
    await inHand;
    const stopped = bench.host.stop();
    release();
    await stopped;
    await expectAll(bench.stores, events);
    await bench.start();
    await bench.host.caughtUp();
    expect(bench.gateway.calls.filter(({ table }) => table === 'purchases')).toEqual([]);
    expect(
      bench.gateway.calls.filter(({ table, operation }) => table === 'customers' && operation !== 'GetItem'),
    ).toEqual([]);
    await expectAll(bench.stores, events);
  });

  test('out of order and with duplicates, the states end in the same bytes', async () => {
    const bench = await open(3);
    const events = deal(6, 15, 5);
    const disorderly = shuffled([...events, ...events.slice(10, 60)], 5);
    await bench.put(recordsOf(disorderly));
    await bench.start();
    await bench.host.caughtUp();
    await bench.put(recordsOf(events.slice(0, 40)));
    await bench.host.caughtUp();
    await expectStates(bench.stores, events);
    await expectWholeMoves(bench.stores);
  });

  test('picks up a model that is activated while it runs', async () => {
    const bench = await open(1);
    const events = deal(1, 30, 6);
    await bench.put(recordsOf(events.slice(0, 10)));
    await bench.start();
    await bench.host.caughtUp();
    const active = await bench.stores.models.active('segments');
    if (!active) throw new Error('no model is active');
    const newer = { ...active, version: 'newer', fittedAtMs: (events[9]?.occurredAtMs ?? 0) + 1 };
    await bench.stores.models.put('segments', newer);
    await bench.stores.models.activate('segments', newer.version);
    await bench.host.elapse(traits.modelAgeMsMax);
    await bench.put(recordsOf(events.slice(10)));
    await bench.host.caughtUp();
    await expectStates(bench.stores, events);
    await expectWholeMoves(bench.stores);
    expect((await bench.stores.customers.get('c-0'))?.standing?.modelVersion).toBe('newer');
  });
}
