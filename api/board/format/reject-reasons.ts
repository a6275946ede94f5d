import type { RejectReason } from '../../../operators/event/purchase-event.ts';

/** What each reason means, and with it what to mend. */
const sentences: Readonly<Record<RejectReason, string>> = {
  'empty-record': 'The record is empty.',
  'not-utf8': 'The bytes are no UTF-8 text.',
  'not-json': 'The text is no JSON.',
  'not-an-object': 'The JSON is no object.',
  'unsupported-version': 'The version of the event is not known.',
  'unsupported-type': 'The type of the event is not known.',
  'missing-customer': 'There is no customerId.',
  'missing-event-id': 'There is no eventId.',
  'missing-order': 'There is no orderId.',
  'invalid-identifier': 'An id is blank, too long, or has control characters.',
  'invalid-time': 'occurredAt is no instant.',
  'time-in-future': 'occurredAt lies in the future.',
  'invalid-context': 'The context is not as agreed.',
  'no-items': 'The order has no items.',
  'too-many-items': 'The order has too many items.',
  'invalid-item': 'An item is not as agreed.',
  'invalid-quantity': 'A quantity is no number, or zero.',
  'invalid-price': 'A price is no number, or negative.',
  'unknown-currency': 'The currency has no rate.',
  'amount-out-of-range': 'An amount is too large to count exactly.',
  'damaged-aggregate': 'The aggregated record is damaged.',
  'processing-failed': 'The record is fine, but taking it in failed.',
};

export const rejectReasons = Object.keys(sentences) as readonly RejectReason[];

export function reasonSentence(reason: string): string {
  return Object.hasOwn(sentences, reason) ? sentences[reason as RejectReason] : reason;
}
