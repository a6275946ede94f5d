import { describe, test } from 'vitest';
import { mergeLast, splitFirst } from '../../fixtures/reshard.ts';
import type { OpenBench } from './host-contract.ts';
import { deal, expectAll, recordsOf } from './host-records.ts';

export function describeResharding(open: OpenBench): void {
  describe('a split and a merge', () => {
    test('before anything was read, children come after their parents', async () => {
      const bench = await open();
      const { kinesis } = bench.clients;
      const events = deal(8, 12, 31);
      const records = recordsOf(events);
      await bench.put(records.slice(0, 30));
      await splitFirst(kinesis, bench.streamName);
      await bench.put(records.slice(30, 60));
      await mergeLast(kinesis, bench.streamName);
      await bench.put(records.slice(60));
      await bench.start();
      await bench.host.caughtUp();
      await expectAll(bench.stores, events);
    });

    test('while it runs, and is killed and stopped in between, change nothing of the end', async () => {
      const bench = await open();
      const { kinesis } = bench.clients;
      const events = deal(8, 15, 32);
      const records = recordsOf(events);
      let writes = 0;
      await bench.start(({ table, operation }) =>
        table === 'customers' && operation === 'PutItem' && ++writes === 5 ? 'cut-after' : undefined,
      );
      await bench.put(records.slice(0, 30));
      await splitFirst(kinesis, bench.streamName);
      await bench.put(records.slice(30, 60));
      await bench.gateway.whenCut;
      await bench.kill();
      await bench.start();
      await mergeLast(kinesis, bench.streamName);
      await bench.put(records.slice(60, 90));
      await bench.host.caughtUp();
      await bench.host.stop();
      await splitFirst(kinesis, bench.streamName);
      await bench.put(records.slice(90));
      await bench.start();
      await bench.host.caughtUp();
      await expectAll(bench.stores, events);
    });
  });
}
