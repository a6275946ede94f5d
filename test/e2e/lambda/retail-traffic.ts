import { createHash } from 'node:crypto';
import { decodeEvent } from '../../../operators/event/decode-event.ts';
import { encodeDocument } from '../../../operators/event/event-document.ts';
import type { PurchaseEvent } from '../../../operators/event/purchase-event.ts';
import { decodeOptions } from '../../../pipeline/decode-options.ts';
import { readOrders } from '../../../pipeline/ingest/csv-orders.ts';
import type { Random } from '../../../pipeline/ingest/random.ts';
import { readSettings } from '../../../pipeline/settings.ts';
import type { EventProducer } from '../../../sinks/event-producer.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import { badRecords } from '../bad-records.ts';

/** A record to put, and what must become of it. */
export interface TrafficRecord extends UserRecord {
  readonly content: { readonly event: PurchaseEvent } | { readonly reason: string };
}

/** Larger ones would only make the run longer. */
const poisonBytesMax = 5_000;

/** The orders of the file in their order, with records that can't be used mixed in evenly. */
export async function readTraffic(
  path: string,
  { random, poisonShare, seed }: { random: Random; poisonShare: number; seed: number },
): Promise<TrafficRecord[]> {
  const nowMs = Date.now();
  const decode = decodeOptions(readSettings({}, {}));
  const poison = badRecords(nowMs, seed).filter(({ data }) => data.byteLength <= poisonBytesMax);
  const traffic: TrafficRecord[] = [];
  for await (const { orders } of readOrders(path, { reportingCurrency: 'GBP' })) {
    for (const { document } of orders) {
      const data = encodeDocument(document);
      const partitionKey = document.customerId;
      const decoded = decodeEvent(data, nowMs, decode);
      if (decoded.kind === 'tick') throw new Error('a file of orders holds no ticks');
      const content =
        decoded.kind === 'event' ? { event: decoded.event } : { reason: decoded.rejection.reason };
      traffic.push({ partitionKey, data, content });
      if (random.uniform() >= poisonShare / (1 - poisonShare)) continue;
      const bad = random.pick(poison);
      traffic.push({ partitionKey, data: bad.data, content: { reason: bad.reason } });
    }
  }
  return traffic;
}

const recordsPerPut = 500;

/**
 * Puts records in their order, every third call's purchases packed as Amazon's producer library packs them, and gives
 * the positions of those that must end in quarantine, as `shard:sequence number`, with their reasons.
 */
export async function putTraffic(
  traffic: readonly TrafficRecord[],
  { plain, aggregating }: { plain: EventProducer; aggregating: EventProducer },
): Promise<Map<string, string>> {
  const poison = new Map<string, string>();
  for (let at = 0, call = 0; at < traffic.length; at += recordsPerPut, call += 1) {
    const part = traffic.slice(at, at + recordsPerPut);
    const packed = call % 3 === 2 ? part.filter(({ content }) => 'event' in content) : [];
    const alone = packed.length > 0 ? part.filter(({ content }) => 'reason' in content) : part;
    await put(packed, aggregating);
    const results = await put(alone, plain);
    alone.forEach(({ content, partitionKey, data }, index) => {
      if ('reason' in content) {
        poison.set(results[index] as string, fingerprint(content.reason, partitionKey, data));
      }
    });
  }
  return poison;
}

/** Tells records that can't be used apart: their reason, and a hash of their key and bytes. */
export function fingerprint(reason: string, partitionKey: string, data: Uint8Array): string {
  return `${reason} ${createHash('sha256').update(`${partitionKey}\n`).update(data).digest('hex').slice(0, 12)}`;
}

async function put(records: readonly UserRecord[], producer: EventProducer): Promise<string[]> {
  const results = await producer.put(records.map(({ partitionKey, data }) => ({ partitionKey, data })));
  return results.map((result) => {
    if (!result.ok) throw new Error(`the stream did not take a record: ${result.error}`);
    return `${result.shardId}:${result.sequenceNumber}`;
  });
}
