import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backtestNextBasket } from '../../../pipeline/backtest/next-basket.ts';

const header = 'eventTime,customerId,orderId,productId,category,quantity,unitPrice,currency';

function line(customer: number, day: number, product: string): string {
  const date = new Date(Date.UTC(2020, 0, 1 + day, 12)).toISOString();
  return `${date},c${customer},c${customer}-${day},${product},,1,,`;
}

/** Sixty customers of six baskets; each buys its own staple in all but one, and something else each time. */
function baskets(): string[] {
  const lines: string[] = [];
  for (let day = 0; day < 6; day += 1) {
    for (let customer = 0; customer < 60; customer += 1) {
      if ((customer + day) % 6 !== 0) lines.push(line(customer, day, `staple ${customer % 7}`));
      lines.push(line(customer, day, `extra ${(customer * 5 + day * 3) % 11}`));
    }
  }
  return lines;
}

describe('backtest of the next basket', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'next-basket-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(truth: readonly string[], history: readonly string[] = baskets()) {
    const historyPath = join(folder, 'history.csv');
    const truthPath = join(folder, 'truth.csv');
    await writeFile(historyPath, [header, ...history, ''].join('\n'));
    await writeFile(truthPath, [header, ...truth, ''].join('\n'));
    return backtestNextBasket({ historyPath, truthPath });
  }

  test('scores the model beside the most frequent items, over the customers of the truth', async () => {
    const truth = Array.from({ length: 30 }, (_, customer) => line(customer, 9, `staple ${customer % 7}`));
    const report = await run([...truth, line(999, 9, 'staple 1')]);
    expect(report).toMatchObject({
      history: { customers: 60, baskets: 360, items: 18 },
      customersScored: 30,
      customersNotFound: 1,
    });
    expect(report.rankers.map(({ name }) => name)).toEqual(['model', 'G-TopFreq', 'P-TopFreq', 'GP-TopFreq']);
    const recallAt5 = Object.fromEntries(
      report.rankers.map(({ name, scores }) => [name, scores.all[0]?.recall]),
    );
    expect(recallAt5.model).toBe(1);
    expect(recallAt5['P-TopFreq']).toBe(1);
    expect(recallAt5['G-TopFreq']).toBeLessThan(1);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('of several baskets of the truth the last counts', async () => {
    const report = await run([line(1, 8, 'staple 1'), line(1, 9, 'never seen')]);
    expect(report.rankers[0]?.scores.all[1]?.recall).toBe(0);
  });

  test('files without a common customer are refused', async () => {
    await expect(run([line(999, 9, 'staple 1')])).rejects.toThrow(/no customer of/);
  });

  test('a file without a basket is named', async () => {
    await expect(run([])).rejects.toThrow(/truth\.csv has no purchase that can be used/);
    await expect(run([line(1, 9, 'staple 1')], [])).rejects.toThrow(
      /history\.csv has no order that can be used/,
    );
  });
});
