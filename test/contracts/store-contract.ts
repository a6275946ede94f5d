import { beforeEach, describe } from 'vitest';
import { describeAlerts } from './alert-contract.ts';
import { describeAnswers } from './answer-contract.ts';
import { describeBacktests } from './backtest-contract.ts';
import { describeCustomers } from './customer-contract.ts';
import { describeHistory } from './history-contract.ts';
import { describeHousekeeping } from './housekeeping-contract.ts';
import { describePutMany } from './put-many-contract.ts';
import { noonMs } from './records.ts';
import type { EngineGap, OpenedStores, StoreBench } from './store-bench.ts';
import { describeTables } from './table-contract.ts';
import { describeUnits } from './unit-contract.ts';

/**
 * What every set of stores has to do, whatever it is built on.
 * @param open gives stores on empty tables; `nowMs` is the wall clock they go by.
 * @param gaps what is not asked of this one.
 */
export function describeStores(
  name: string,
  open: (nowMs: () => number) => Promise<OpenedStores>,
  gaps: readonly EngineGap[] = [],
): void {
  describe(`stores on ${name}`, () => {
    const bench = {} as StoreBench;

    beforeEach(async () => {
      bench.nowMs = noonMs;
      Object.assign(bench, await open(() => bench.nowMs));
    });

    describeCustomers(bench);
    describePutMany(bench);
    describeHistory(bench);
    describeHousekeeping(bench);
    describeBacktests(bench);
    describeAlerts(bench);
    describeAnswers(bench);
    describeTables(bench, gaps);
    describeUnits(bench, gaps);
  });
}
