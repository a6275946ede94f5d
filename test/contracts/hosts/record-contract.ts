import { describe, expect, test } from 'vitest';
import { aggregateRecords, type UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import { wholeQuarantine } from '../../fixtures/whole-quarantine.ts';
import type { HostBench } from './host-bench.ts';
import type { OpenBench } from './host-contract.ts';
import { deal, expectAll, expectStates, expectWholeMoves, recordsOf } from './host-records.ts';

const text = (content: string) => new TextEncoder().encode(content);

/** What no decoder can use, each in its own way. */
const poison: readonly Uint8Array[] = [
  text('{'),
  text(''),
  text('null'),
  text('{"v":1,"type":"purchase"}'),
  text(`{"v":1,"type":"purchase","customerId":"c-0","items":${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
  Uint8Array.of(0xff, 0xfe, 0x00, 0x80),
  damaged(),
];

/** Begins as an aggregated record does and fails its digest. */
function damaged(): Uint8Array {
  const { data } = aggregateRecords([{ partitionKey: 'c-0', data: text('{}') }]);
  return data.map((byte, index) => (index === data.length - 1 ? byte ^ 1 : byte));
}

async function expectQuarantined(bench: HostBench, expected: readonly Uint8Array[]): Promise<void> {
  const entries = await wholeQuarantine(bench.stores.quarantine);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(entries.map(({ data }) => hex(data)).sort()).toEqual(expected.map(hex).sort());
}

export function describeRecords(open: OpenBench): void {
  describe('records', () => {
    test('that can not be used go to quarantine with their bytes, once, and hold up nothing', async () => {
      const bench = await open();
      const events = deal(5, 12, 11);
      const records = recordsOf(events);
      const bad = poison.map((data, index) => ({ partitionKey: `c-${index}`, data }));
      const mixed = records.flatMap((record, index) => {
        const extra = index % 8 === 3 ? bad[(index - 3) / 8] : undefined;
        return extra ? [record, extra] : [record];
      });
      await bench.put([...mixed, ...bad.slice(Math.ceil(records.length / 8))]);
      // The first process ends when it has quarantined some of them, and the next one reads them again.
      await bench.start(({ table, operation }) =>
        table === 'customers' && operation === 'PutItem' ? 'cut' : undefined,
      );
      await bench.gateway.whenCut;
      await bench.kill();
      await bench.start();
      await bench.host.caughtUp();
      await expectAll(bench.stores, events);
      await expectQuarantined(bench, poison);
    });

    test('that are aggregated count each user record once, also when taken up again in their midst', async () => {
      const bench = await open();
      const events = deal(6, 14, 12);
      const records = recordsOf(events);
      const wire: UserRecord[] = [];
      for (let at = 0; at < records.length; at += 9) {
        const group = records.slice(at, at + 9);
        // Every customer's records come together on the shard of the first one's key.
        wire.push(aggregateRecords(group.map((record) => ({ ...record }))));
      }
      await bench.put(wire);
      let writes = 0;
      await bench.start(({ table, operation }) =>
        table === 'customers' && operation === 'PutItem' && ++writes === 4 ? 'cut-after' : undefined,
      );
      await bench.gateway.whenCut;
      await bench.kill();
      await bench.start();
      await bench.host.caughtUp();
      // One customer's user records stand on both shards: which comes first is anybody's guess, the state is not.
      await expectStates(bench.stores, events);
      await expectWholeMoves(bench.stores);
    });

    test('that are aggregated with one that can not be used among them lose only that one', async () => {
      const bench = await open(1);
      const events = deal(2, 8, 13);
      const records = recordsOf(events);
      const bad = { partitionKey: 'c-0', data: text('{"v":9}') };
      await bench.put([aggregateRecords([...records.slice(0, 5), bad, ...records.slice(5)])]);
      await bench.start();
      await bench.host.caughtUp();
      await expectAll(bench.stores, events);
      await expectQuarantined(bench, [bad.data]);
    });
  });
}
