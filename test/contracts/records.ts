import { type CustomerRecord, newCustomer } from '../../operators/customer-record.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../../operators/event/record.ts';
import type { ConsumptionModel, ReplenishmentPrior } from '../../operators/predict/consumption-model.ts';
import { type Migration, type SegmentModel, segmentNames } from '../../operators/segments/segment-model.ts';
import { foldEvents } from '../../operators/state/fold-events.ts';

/** 2026-11-22T10:15:00Z. */
export const noonMs = Date.UTC(2026, 10, 22, 10, 15);

export function purchase(changes: Partial<PurchaseEvent> = {}): PurchaseEvent {
  return {
    eventId: 'event-1',
    eventHash: 0x123456789abc,
    customerId: 'c-1',
    orderId: 'order-1',
    occurredAtMs: noonMs,
    context: { channel: 'web' },
    items: [
      { productId: 'tea', category: 'drinks', quantityMilli: 2_000, unitPriceMicros: 12_500_000 },
      { productId: 'mug', category: undefined, quantityMilli: -1_000, unitPriceMicros: 4_000_000 },
    ],
    spendMicros: 21_000_000,
    boughtMilli: 2_000,
    returnedMilli: 1_000,
    ...changes,
  };
}

export function migration(changes: Partial<Migration> = {}): Migration {
  const customerId = changes.customerId ?? 'c-1';
  const ordinal = changes.ordinal ?? 1;
  return {
    id: `${customerId}/${ordinal}`,
    customerId,
    ordinal,
    atMs: noonMs,
    from: 'Loyal',
    to: 'At Risk',
    cause: 'time',
    reasons: [
      { feature: 'recencyDays', value: 61.25, before: 12.5, weight: 0.8 },
      { feature: 'spend365', value: 310.2, before: undefined, weight: -0.1 },
    ],
    distanceFrom: 1.5,
    distanceTo: 0.75,
    modelVersion: 'm-1',
    spend365Micros: 310_200_000,
    ...changes,
  };
}

/** A customer with one purchase, a standing, a mark, and a move not yet published. */
export function customer(changes: Partial<CustomerRecord> = {}): CustomerRecord {
  const customerId = changes.customerId ?? 'c-1';
  return {
    ...newCustomer(customerId),
    version: 1,
    state: foldEvents(newCustomer(customerId).state, [purchase({ customerId })]).state,
    marks: [{ shardId: 'shardId-000000000000', sequenceNumber: '495903', subSequence: 0 }],
    standing: {
      segment: 'At Risk',
      sinceMs: noonMs,
      cause: 'event',
      reasons: [{ feature: 'recencyDays', value: 1, before: undefined, weight: 0.5 }],
      modelVersion: 'm-1',
      migrations: 1,
    },
    outbox: [migration({ customerId })],
    prediction: {
      asOfMs: noonMs,
      modelVersion: 'p-1',
      probabilityAlive: 1e-200,
      expectedPurchases30: 1.5,
      nextOrderAtMs: undefined,
    },
    ...changes,
  };
}

export function quarantined(changes: Partial<QuarantinedRecord> = {}): QuarantinedRecord {
  return {
    shardId: 'shardId-000000000003',
    sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
    subSequence: 0,
    partitionKey: 'c-1',
    data: new Uint8Array([0xff, 0x00, 0x7b]),
    arrivedAtMs: noonMs,
    rejection: { reason: 'not-json', detail: 'The record is no JSON document.' },
    ...changes,
  };
}

export function segmentModel(changes: Partial<SegmentModel> = {}): SegmentModel {
  return {
    version: 'm-1',
    fittedAtMs: noonMs,
    sampleSize: 100,
    transforms: [{ feature: 'recencyDays', kind: 'log1p', mean: 3.1, deviation: 1.2 }],
    names: segmentNames,
    centroids: segmentNames.map((_, index) => [index / 7, 3 - index, 0.1 + 0.2, 1e-9]),
    margin: 0.1,
    quality: { inertia: 12.5, sizes: [1, 2, 3, 4, 5, 6, 7, 72], silhouette: 0.4, iterations: 9 },
    ...changes,
  };
}

const replenishment: ReplenishmentPrior = {
  r: 0.5,
  alphaPurchaseDays: 4,
  a: 0.8,
  b: 2.5,
  method: 'assumed',
  regularity: { shape: 1.4, weightGaps: 3 },
};

export function consumptionModel(changes: Partial<ConsumptionModel> = {}): ConsumptionModel {
  return {
    version: 'p-1',
    fittedAtMs: noonMs,
    sampleSize: 2_357,
    bgNbd: {
      method: 'maximum-likelihood',
      r: 0.243,
      alphaDays: 30.9,
      a: 0.793,
      b: 2.426,
      logLikelihood: -9582.4,
    },
    gammaGamma: undefined,
    regularity: { shape: 1.4, weightGaps: 3 },
    replenishment: { products: replenishment, categories: { ...replenishment, r: 0.7 } },
    ...changes,
  };
}
