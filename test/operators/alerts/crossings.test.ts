import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossings, crossingsOf } from '../../../operators/alerts/crossings.ts';
import type { RuleCondition } from '../../../operators/alerts/rule.ts';
import { newCustomer } from '../../../operators/customer-record.ts';
import { prepareOutlook } from '../../../operators/predict/purchase-outlook.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { atDay, buyer, model, modelWith, weekly } from './customers.ts';

type Timed = Exclude<RuleCondition, { kind: 'migration' }>;
const alive: Timed = { kind: 'probability-alive', below: 0.5 };
const due: Timed = { kind: 'replenishment-due' };

const span = (fromMs: number, toMs: number) => ({ fromMs, toMs, activeFromMs: atDay(0) });

const found = (when: Timed, record = weekly('c-1'), from = 0, to = 1_000) =>
  crossings(when, record, { ...span(atDay(from), atDay(to)), modelFrom: model, modelTo: model });

describe('probability alive', () => {
  test('is found to the millisecond', () => {
    const record = weekly('c-1');
    const [occasion, ...others] = found(alive, record);
    expect(others).toEqual([]);
    const atMs = occasion?.atMs ?? 0;
    const probability = (ms: number) => prepareOutlook(record.state, model, ms)?.probabilityAlive ?? 1;
    expect(probability(atMs)).toBeLessThan(0.5);
    expect(probability(atMs - 1)).toBeGreaterThanOrEqual(0.5);
    expect(atMs).toBeGreaterThan(atDay(42));
    expect(occasion).toMatchObject({
      customerId: 'c-1',
      valueMicros: 70_000_000,
      detail: {
        kind: 'probability-alive',
        below: 0.5,
        lastPurchaseAtMs: atDay(42),
        modelVersion: model.version,
      },
    });
  });

  test('of stretches that follow each other one has it, wherever time is cut', () => {
    const record = weekly('c-1');
    const [whole] = found(alive, record);
    const cut = fc.uniqueArray(fc.double({ min: 1, max: 999, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(cut, (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 1_000].map((day) => Math.round(atDay(day)));
        const pieces = edges
          .slice(1)
          .flatMap((toMs, index) =>
            crossings(alive, record, { ...span(edges[index] ?? 0, toMs), modelFrom: model, modelTo: model }),
          );
        expect(pieces).toEqual([whole]);
      }),
      { numRuns: 40 },
    );
  });

  test('a silence has one cause, the next silence another', () => {
    const [first] = found(alive, weekly('c-1'), 0, 1_000);
    const [again] = found({ ...alive, below: 0.4 }, weekly('c-1'), 0, 1_000);
    const [later] = found(alive, buyer('c-1', [0, 7, 14, 21, 28, 35, 42, 49]), 0, 1_000);
    expect(again?.cause).toBe(first?.cause);
    expect(later?.cause).not.toBe(first?.cause);
  });

  test('is not found where there is none: too early, too late, too little spent, or never bought', () => {
    expect(found(alive, weekly('c-1'), 0, 43)).toEqual([]);
    expect(found(alive, weekly('c-1'), 900, 1_000)).toEqual([]);
    expect(found(alive, weekly('c-1'), 50, 50)).toEqual([]);
    expect(found({ ...alive, minValueMicros: 70_000_000 })).toHaveLength(1);
    expect(found({ ...alive, minValueMicros: 70_000_001 })).toEqual([]);
    expect(found(alive, newCustomer('c-1'))).toEqual([]);
  });

  test('a new model that puts a customer below the line by itself does so once, at the beginning', () => {
    const record = weekly('c-1');
    const stricter = modelWith('strict', 5);
    const [atFirst] = found(alive, record);
    const day = ((atFirst?.atMs ?? 0) - atDay(0)) / 86_400_000 - 1;
    const changed = { ...span(atDay(day), atDay(day + 0.5)), modelFrom: model, modelTo: stricter };
    const [occasion] = crossings(alive, record, changed);
    expect(occasion?.atMs).toBe(Math.round(atDay(day)) + 1);
    expect(
      crossings(alive, record, {
        ...span(atDay(day + 0.5), atDay(900)),
        modelFrom: stricter,
        modelTo: stricter,
      }),
    ).toEqual([]);
  });
});

describe('replenishment', () => {
  test('is due a usual gap after the product was last bought', () => {
    const [occasion] = found(due);
    expect(occasion).toMatchObject({
      detail: {
        productId: 'tea',
        category: 'drinks',
        purchases: 7,
        lastAtMs: atDay(42),
        expectedQuantityMilli: 1_000,
      },
    });
    const detail = occasion?.detail;
    const gapDays = detail?.kind === 'replenishment-due' ? detail.usualGapDays : Number.NaN;
    expect(occasion?.atMs).toBe(Math.round(atDay(42 + gapDays)));
    expect(gapDays).toBeGreaterThan(4);
    expect(gapDays).toBeLessThan(20);
  });

  test('lies in one of the stretches that follow each other', () => {
    const [whole] = found(due);
    const days = [0, 43, 46, 48, 49, 50, 52, 55, 60, 80, 1_000];
    const pieces = days.slice(1).flatMap((to, index) => found(due, weekly('c-1'), days[index], to));
    expect(pieces).toEqual([whole]);
    const at = ((whole?.atMs ?? 0) - atDay(0)) / 86_400_000;
    expect(found(due, weekly('c-1'), at, 1_000)).toEqual([]);
    expect(found(due, weekly('c-1'), 0, at)).toHaveLength(1);
  });

  test('is found once, at the same instant, whatever else is bought and wherever time is cut', () => {
    const before = buyer('c-1', [0, 20]);
    const [tea] = found(due, before);
    const day = fc.double({ min: 20.1, max: 120, noNaN: true });
    fc.assert(
      fc.property(day, day, (one, other) => {
        const [cut, bought] = one < other ? [one, other] : [other, one];
        const after = buyer('c-1', [bought, bought + 1, bought + 2], 'mug', before.state);
        const occasions = [...found(due, before, 0, cut), ...found(due, after, cut, 1_000)];
        const ofTea = occasions.filter(({ detail }) => 'productId' in detail && detail.productId === 'tea');
        expect(ofTea.map(({ cause, atMs }) => [cause, atMs])).toEqual([[tea?.cause, tea?.atMs]]);
      }),
      { numRuns: 200 },
    );
  });

  test('what was due before a stretch is no occasion of it, whatever else is bought', () => {
    const after = buyer('c-1', [100], 'mug', weekly('c-1').state);
    expect(found(due, after, 0, 99.9)).toHaveLength(1);
    expect(found(due, after, 99.9, 200)).toEqual([]);
  });

  test('what an order known late has made due before the stretch is found by looking back as far as asked', () => {
    const [known] = found(due, buyer('c-1', [0, 40]), 0, 1_000);
    const late = buyer('c-1', [0, 20, 40]);
    const [moved] = found(due, late, 0, 1_000);
    const dueDay = ((moved?.atMs ?? 0) - atDay(0)) / msPerDay;
    expect(known?.atMs).toBeGreaterThan(atDay(100));
    expect(dueDay).toBeLessThan(90);
    const stretch = { fromMs: atDay(100), toMs: atDay(101), modelFrom: model, modelTo: model };
    const lookingBack = (days: number, activeFromDay = 0) =>
      crossings(due, late, {
        ...stretch,
        activeFromMs: atDay(activeFromDay),
        lookBackMs: Math.round(days * msPerDay),
      });
    expect(lookingBack(0)).toEqual([]);
    expect(lookingBack(101 - dueDay - 0.1)).toEqual([]);
    expect(lookingBack(101 - dueDay + 0.1)).toMatchObject([{ cause: moved?.cause, atMs: atDay(100) + 1 }]);
    expect(lookingBack(30, dueDay - 0.1)).toHaveLength(1);
    expect(lookingBack(30, dueDay + 0.1)).toEqual([]);
  });

  test('many conditions cost one look at the customer', () => {
    const record = weekly('c-1');
    const reads = (conditions: readonly Timed[]) => {
      let count = 0;
      const state = Object.defineProperty({ ...record.state }, 'recent', {
        get: () => {
          count += 1;
          return record.state.recent;
        },
      });
      const find = crossingsOf({ ...record, state });
      const whole = { ...span(atDay(0), atDay(1_000)), modelFrom: model, modelTo: model };
      for (const when of conditions) expect(find(when, whole)).toEqual(crossings(when, record, whole));
      return count;
    };
    const one = reads([due]);
    expect(one).toBeGreaterThan(0);
    expect(reads([due, { ...due, minPurchases: 8 }, { ...due, products: ['mug'] }, due, alive])).toBe(one);
  });

  test('is for the products, categories and numbers of purchases asked for', () => {
    const isDue = (
      when: Omit<Extract<Timed, { kind: 'replenishment-due' }>, 'kind'>,
      record = weekly('c-1'),
    ) => found({ kind: 'replenishment-due', ...when }, record).length;
    expect(isDue({ products: ['tea', 'mug'] })).toBe(1);
    expect(isDue({ products: ['mug'] })).toBe(0);
    expect(isDue({ categories: ['drinks'] })).toBe(1);
    expect(isDue({ categories: ['food'] })).toBe(0);
    expect(isDue({ minPurchases: 7 })).toBe(1);
    expect(isDue({ minPurchases: 8 })).toBe(0);
    expect(isDue({}, buyer('c-1', [0]))).toBe(0);
    expect(isDue({}, buyer('c-1', [0, 9]))).toBe(1);
  });
});
