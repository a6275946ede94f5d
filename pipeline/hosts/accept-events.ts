import { type DecodeOptions, decodeDocument } from '../../operators/event/decode-event.ts';
import type { PurchaseEvent, Rejection } from '../../operators/event/purchase-event.ts';
import type { EventProducer } from '../../sinks/event-producer.ts';

/** What the API does with events it is sent: judged as the stream's decoder would judge them now, then put on the stream. */
export function acceptEvents(producer: EventProducer, decode: DecodeOptions, nowMs: () => number) {
  const encoder = new TextEncoder();
  return {
    validate(document: unknown): PurchaseEvent | Rejection {
      const decoded = decodeDocument(document, nowMs(), decode);
      if (decoded.kind === 'event') return decoded.event;
      if (decoded.kind === 'rejected') return decoded.rejection;
      return {
        reason: 'unsupported-type',
        detail: 'clock ticks come from a replaying producer, not through the API',
      };
    },
    /** Takes documents that have been found valid; results in their order. */
    async publish(documents: readonly unknown[]): Promise<readonly { ok: boolean; error?: string }[]> {
      return producer.put(
        documents.map((document) => ({
          partitionKey: (document as { customerId: string }).customerId,
          data: encoder.encode(JSON.stringify(document)),
        })),
      );
    },
  };
}
