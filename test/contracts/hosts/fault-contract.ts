import { describe, expect, test } from 'vitest';
import type { GatewayCall, GatewayFault } from './gateway.ts';
import type { HostTraits, OpenBench } from './host-contract.ts';
import { deal, expectAll, recordsOf } from './host-records.ts';

const isWrite = ({ operation }: GatewayCall) => /^(PutItem|UpdateItem|BatchWriteItem)$/.test(operation);

interface KillPoint {
  readonly table: string;
  /** The how-manieth write to the table. */
  readonly write: number;
  readonly fault: Extract<GatewayFault, 'cut' | 'cut-after'>;
}

const killPoints: readonly KillPoint[] = [
  { table: 'purchases', write: 1, fault: 'cut-after' },
  { table: 'customers', write: 1, fault: 'cut' },
  { table: 'customers', write: 3, fault: 'cut-after' },
  { table: 'migrations', write: 1, fault: 'cut' },
  { table: 'migrations', write: 1, fault: 'cut-after' },
  { table: 'checkpoints', write: 2, fault: 'cut' },
];

const faults: readonly GatewayFault[] = ['throttled', 'lost', 'failed', 'unanswered'];

export function describeFaults(open: OpenBench, traits: HostTraits): void {
  describe('killed', () => {
    test.each(killPoints)('$fault at write $write to $table, it loses and doubles nothing', async (point) => {
      const bench = await open();
      const events = deal(6, 12, 21);
      await bench.put(recordsOf(events));
      let writes = 0;
      await bench.start((call) =>
        call.table === point.table && isWrite(call) && ++writes === point.write ? point.fault : undefined,
      );
      await bench.gateway.whenCut;
      await bench.kill();
      await bench.start();
      await bench.host.caughtUp();
      await expectAll(bench.stores, events);
    });

    test('again and again, each time later, it gets to the end all the same', async () => {
      const bench = await open();
      const events = deal(5, 16, 22);
      await bench.put(recordsOf(events));
      let processes = 0;
      for (let isDone = false; !isDone; ) {
        processes += 1;
        let writes = 0;
        const lastWrite = 8 * 2 ** processes;
        await bench.start((call) => (isWrite(call) && ++writes === lastWrite ? 'cut' : undefined));
        const { gateway } = bench;
        const caughtUp = bench.host.caughtUp().catch((error) => {
          if (!gateway.isCut) throw error;
        });
        await Promise.race([gateway.whenCut, caughtUp]);
        isDone = !gateway.isCut;
        await bench.kill();
      }
      expect(processes).toBeGreaterThan(2);
      await expectAll(bench.stores, events);
    });
  });

  describe('failing calls', () => {
    test('to the tables, of every kind, delay and lose nothing', async () => {
      const bench = await open();
      const events = deal(6, 15, 23);
      await bench.put(recordsOf(events));
      let failed = 0;
      await bench.start(({ number, table }) => {
        if (table === undefined || number % 3 !== 0 || failed === 10) return undefined;
        failed += 1;
        return faults[failed % faults.length];
      });
      await bench.host.caughtUp();
      expect(failed).toBe(10);
      await expectAll(bench.stores, events);
    });

    test.runIf(traits.readsStream)('to the stream delay and lose nothing', async () => {
      const bench = await open();
      const events = deal(6, 10, 24);
      await bench.put(recordsOf(events));
      let failed = 0;
      await bench.start(({ table }) => {
        if (table !== undefined || failed === 4) return undefined;
        failed += 1;
        return faults[failed % faults.length];
      });
      await bench.host.caughtUp();
      expect(failed).toBe(4);
      await expectAll(bench.stores, events);
    });

    test('for longer than one call tries delay and lose nothing', async () => {
      const bench = await open(1);
      const events = deal(4, 10, 25);
      await bench.put(recordsOf(events));
      let failed = 0;
      let isOut = false;
      await bench.start((call) => {
        isOut ||= call.table === 'customers' && isWrite(call);
        if (!isOut || call.table === undefined || failed === 12) return undefined;
        failed += 1;
        return 'failed';
      });
      await bench.host.caughtUp();
      expect(failed).toBe(12);
      await expectAll(bench.stores, events);
    });
  });
}
