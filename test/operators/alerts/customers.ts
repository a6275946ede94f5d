import { type CustomerRecord, newCustomer } from '../../../operators/customer-record.ts';
import type { ConsumptionModel } from '../../../operators/predict/consumption-model.ts';
import { msPerDay } from '../../../operators/state/customer-state.ts';
import { foldEvents } from '../../../operators/state/fold-events.ts';
import { consumptionModel, noonMs, purchase } from '../../contracts/records.ts';

export const model = consumptionModel();

/** A model under which silence is taken less, or more, seriously. */
export function modelWith(version: string, alphaDays: number): ConsumptionModel {
  return { ...model, version, bgNbd: { ...model.bgNbd, alphaDays } };
}

export function atDay(day: number): number {
  return noonMs + day * msPerDay;
}

/** A customer who bought tea on these days, for ten pounds each time. @param state what was known before */
export function buyer(
  customerId: string,
  days: readonly number[],
  productId = 'tea',
  state = newCustomer(customerId).state,
): CustomerRecord {
  const blank = newCustomer(customerId);
  const events = days.map((day) =>
    purchase({
      customerId,
      eventId: `${customerId}-${atDay(day)}`,
      eventHash: atDay(day),
      occurredAtMs: atDay(day),
      items: [{ productId, category: 'drinks', quantityMilli: 1_000, unitPriceMicros: 10_000_000 }],
      spendMicros: 10_000_000,
      boughtMilli: 1_000,
      returnedMilli: 0,
    }),
  );
  return { ...blank, version: 1, state: foldEvents(state, events).state };
}

export const weekly = (customerId: string) => buyer(customerId, [0, 7, 14, 21, 28, 35, 42]);
