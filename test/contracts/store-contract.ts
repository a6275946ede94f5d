import { beforeEach, describe } from 'vitest';
import type { Stores } from '../../sinks/stores.ts';
import { describeCustomers } from './customer-contract.ts';
import { describeHistory } from './history-contract.ts';
import { describeHousekeeping } from './housekeeping-contract.ts';
import { noonMs } from './records.ts';
import type { StoreBench } from './store-bench.ts';

/**
 * What every set of stores has to do, whatever it is built on.
 * @param open gives stores on empty tables; `nowMs` is the wall clock they go by.
 */
export function describeStores(name: string, open: (nowMs: () => number) => Promise<Stores>): void {
  describe(`stores on ${name}`, () => {
    const bench = {} as StoreBench;

    beforeEach(async () => {
      bench.nowMs = noonMs;
      bench.stores = await open(() => bench.nowMs);
    });

    describeCustomers(bench);
    describeHistory(bench);
    describeHousekeeping(bench);
  });
}
