import { type DecodeOptions, decodeEvent } from '../../operators/event/decode-event.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { type CustomerState, defaultStateOptions } from '../../operators/state/customer-state.ts';
import { emptyState, foldEvents, isDuplicate } from '../../operators/state/fold-events.ts';
import { encodeState } from '../../operators/state/state-codec.ts';
import type { CustomerStore } from '../../sinks/stores.ts';
import { decodeOptions } from '../fixtures/batches.ts';

/** The events that these bytes are, in their order; what can't be used is left out. */
export function eventsOf(
  records: readonly Uint8Array[],
  options: DecodeOptions = decodeOptions,
): PurchaseEvent[] {
  return records.flatMap((data) => {
    const decoded = decodeEvent(data, Date.now(), options);
    return decoded.kind === 'event' ? [decoded.event] : [];
  });
}

/** One pass in order, each event once: the bytes of every customer's state, as hexadecimal text. */
export function foldedStates(events: readonly PurchaseEvent[]): Map<string, string> {
  const states = new Map<string, CustomerState>();
  for (const event of events) {
    const state = states.get(event.customerId) ?? emptyState;
    if (isDuplicate(state, event)) continue;
    states.set(event.customerId, foldEvents(state, [event], defaultStateOptions).state);
  }
  return new Map([...states].map(([customerId, state]) => [customerId, stateHex(state)]));
}

/** The bytes of every customer's state as stored, as hexadecimal text. */
export async function storedStates(customers: CustomerStore): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await customers.scan({ limit: 1_000, cursor });
    for (const { customerId, state } of page.items) states.set(customerId, stateHex(state));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return states;
}

/** Ids of the customers whose states differ, those that only one side knows among them. */
export function differing(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  const ids = new Set([...expected.keys(), ...found.keys()]);
  return [...ids].filter((id) => expected.get(id) !== found.get(id)).sort();
}

function stateHex(state: CustomerState): string {
  return Buffer.from(encodeState(state)).toString('hex');
}
