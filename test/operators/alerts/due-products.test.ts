import { describe, expect, test } from 'vitest';
import { repeatedProducts } from '../../../operators/alerts/due-products.ts';
import { newCustomer } from '../../../operators/customer-record.ts';
import { bgNbdInDays } from '../../../operators/predict/bg-nbd.ts';
import { prepareOutlook } from '../../../operators/predict/purchase-outlook.ts';
import { repeatHistory } from '../../../operators/predict/purchase-statistics.ts';
import { predictProducts } from '../../../operators/predict/replenishment.ts';
import { type CustomerState, msPerDay } from '../../../operators/state/customer-state.ts';
import { atDay, buyer, model } from './customers.ts';

/** What is predicted of the customer at the last purchase. */
function predictedGaps(state: CustomerState): ReadonlyMap<string, number | undefined> {
  const asOfMs = state.lifetime.lastPurchaseAtMs ?? 0;
  const outlook = prepareOutlook(state, model, asOfMs);
  if (outlook === undefined) throw new Error('the customer never purchased');
  const { r, alpha } = bgNbdInDays(model.bgNbd);
  const { x, T } = repeatHistory(outlook.statistics);
  const purchaseRate = (r + x) / (alpha + T);
  const { probabilityAlive } = outlook;
  const products = predictProducts({ state, model, asOfMs, probabilityAlive, purchaseRate, top: 100 });
  return new Map(products.map(({ productId, usualGapDays }) => [productId, usualGapDays]));
}

const productOf = (state: CustomerState, productId: string) =>
  repeatedProducts(state, model).find((product) => product.productId === productId);

describe('the usual gap of a product', () => {
  test.each([
    ['two purchases', [0, 20]],
    ['even gaps', [0, 7, 14, 21, 28, 35, 42]],
    ['uneven gaps', [0, 1, 30, 33, 90]],
  ])('is the one that is predicted of a product in the last purchase: %s', (_, days) => {
    const { state } = buyer('c-1', days, 'tea', buyer('c-1', [3, 11], 'mug').state);
    const tea = productOf(state, 'tea');
    const due = tea?.due();
    expect(due?.usualGapDays).toBe(predictedGaps(state).get('tea'));
    expect(due?.dueAtMs).toBe(
      Math.round((tea?.lastAtMs ?? 0) + (due?.usualGapDays ?? Number.NaN) * msPerDay),
    );
    expect(tea).toMatchObject({
      purchases: days.length,
      lastAtMs: atDay(days.at(-1) ?? 0),
      category: 'drinks',
    });
  });

  test('stays as it was when the product was last bought, where the prediction moves', () => {
    const { state } = buyer('c-1', [0, 20]);
    const later = buyer('c-1', [21, 22, 23, 24], 'mug', state).state;
    expect(predictedGaps(later).get('tea')).not.toBe(predictedGaps(state).get('tea'));
    expect(productOf(later, 'tea')?.due()).toEqual(productOf(state, 'tea')?.due());
  });

  test('is moved by an order known late, of the product or of another before its last purchase', () => {
    const known = productOf(buyer('c-1', [0, 40]).state, 'tea')?.due();
    const ofTea = productOf(buyer('c-1', [0, 20, 40]).state, 'tea')?.due();
    const ofOther = productOf(
      buyer('c-1', [0, 40], 'tea', buyer('c-1', [20], 'mug').state).state,
      'tea',
    )?.due();
    expect(ofTea?.dueAtMs).toBeLessThan(known?.dueAtMs ?? 0);
    expect(ofOther?.dueAtMs).toBeLessThan(known?.dueAtMs ?? 0);
  });

  test('is not known of what was bought once, or of nothing', () => {
    expect(productOf(buyer('c-1', [0]).state, 'tea')).toBeUndefined();
    expect(repeatedProducts(newCustomer('c-1').state, model)).toEqual([]);
  });
});
