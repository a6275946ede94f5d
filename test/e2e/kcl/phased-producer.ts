import type { AwsClients } from '../../../sinks/aws-clients.ts';
import { createEventProducer, type EventProducer } from '../../../sinks/event-producer.ts';
import { aggregateRecords, type UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import type { PutResult } from '../../../sinks/put-lanes.ts';

/**
 * How records go on the stream: one by one; packed by shard, as our producer does; or packed without regard to shards,
 * as a producer may that knows nothing of them.
 */
export type Packing = 'plain' | 'by-shard' | 'across-shards';

/** What happens once that many events have been put; everything before it is acknowledged by then. */
export interface Step {
  readonly atEvents: number;
  readonly packing?: Packing;
  readonly run?: () => Promise<void>;
}

/** Events that go into one record across shards. */
const acrossShards = 40;

/** A producer that changes its packing, and lets things happen, in the middle of an import. */
export function phasedProducer(
  { kinesis }: AwsClients,
  streamName: string,
  steps: readonly Step[],
): EventProducer & { readonly events: Readonly<Record<Packing, number>> } {
  const plain = createEventProducer({ kinesis, streamName });
  let packed: EventProducer | undefined;
  const events: Record<Packing, number> = { plain: 0, 'by-shard': 0, 'across-shards': 0 };
  const waiting = [...steps].sort((a, b) => a.atEvents - b.atEvents);
  let packing: Packing = 'plain';
  let sent = 0;
  let tail: Promise<unknown> = Promise.resolve();

  const putNow = async (records: readonly UserRecord[]): Promise<readonly PutResult[]> => {
    while (waiting[0] && waiting[0].atEvents <= sent) {
      const step = waiting.shift() as Step;
      await step.run?.();
      packing = step.packing ?? packing;
    }
    sent += records.length;
    events[packing] += records.length;
    if (packing === 'plain') return plain.put(records);
    if (packing === 'across-shards') return putAcrossShards(plain, records);
    packed ??= createEventProducer({ kinesis, streamName, aggregate: true });
    return packed.put(records);
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = tail.then(work);
    tail = done.catch(() => {});
    return done;
  };
  return {
    events,
    put: (records) => inTurn(() => putNow(records)),
    putTick: (upToMs) => inTurn(() => plain.putTick(upToMs)),
    flush: () => inTurn(async () => {}),
    async close(graceMs) {
      await tail;
      await Promise.all([plain.close(graceMs), packed?.close(graceMs)]);
    },
  };
}

async function putAcrossShards(
  producer: EventProducer,
  records: readonly UserRecord[],
): Promise<readonly PutResult[]> {
  const groups: UserRecord[][] = [];
  for (let from = 0; from < records.length; from += acrossShards) {
    groups.push(records.slice(from, from + acrossShards));
  }
  const results = await producer.put(groups.map((group) => aggregateRecords(group)));
  return groups.flatMap((group, index) => group.map(() => results[index] as PutResult));
}
