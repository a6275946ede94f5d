import { encodeDocument } from '../../../operators/event/event-document.ts';
import type { AwsClients } from '../../../sinks/aws-clients.ts';
import { createEventProducer } from '../../../sinks/event-producer.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';

/** One purchase of a customer. */
export function purchaseOf(customerId: string): UserRecord {
  const data = encodeDocument({
    ...{ v: 1, type: 'purchase', eventId: `of ${customerId}`, orderId: '1', customerId, currency: 'GBP' },
    occurredAt: '2011-11-22T10:15:00Z',
    items: [{ productId: 'p', quantity: 1, unitPrice: 1 }],
  });
  return { partitionKey: customerId, data };
}

/** Puts records one after the other. */
export async function putInOrder(
  { kinesis }: AwsClients,
  streamName: string,
  records: readonly UserRecord[],
): Promise<void> {
  const producer = createEventProducer({ kinesis, streamName });
  for (const record of records) {
    const [result] = await producer.put([record]);
    if (!result?.ok) throw new Error(`the stream refused a record: ${result?.error}`);
  }
  await producer.close();
}
