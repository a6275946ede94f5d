import { decodeDocument } from '../../../operators/event/decode-event.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import type { CustomerState } from '../../../operators/state/customer-state.ts';
import { emptyState, foldEvents } from '../../../operators/state/fold-events.ts';
import { decodeOptions } from '../../../pipeline/decode-options.ts';
import { readOrders } from '../../../pipeline/ingest/csv-orders.ts';
import { readSettings } from '../../../pipeline/settings.ts';

/** What must come of a file: every customer's orders folded once, in the order of the file, with no stream between. */
export interface PureFold {
  readonly events: number;
  readonly states: ReadonlyMap<string, CustomerState>;
}

/** @throws Error when the file has an order that the pipeline would quarantine. */
export async function foldFile(path: string): Promise<PureFold> {
  const options = decodeOptions(readSettings({}, {}));
  const byCustomer = new Map<string, PurchaseEvent[]>();
  let events = 0;
  for await (const { orders } of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const { document } of orders) {
      const decoded = decodeDocument(document, Date.now(), options);
      if (decoded.kind !== 'event') throw new Error(`order ${document.orderId} is not usable`);
      events += 1;
      const known = byCustomer.get(decoded.event.customerId);
      if (known) known.push(decoded.event);
      else byCustomer.set(decoded.event.customerId, [decoded.event]);
    }
  }
  const states = new Map<string, CustomerState>();
  for (const [customerId, list] of byCustomer) states.set(customerId, foldEvents(emptyState, list).state);
  return { events, states };
}
