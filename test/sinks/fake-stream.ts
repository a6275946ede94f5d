import type { KinesisClient, PutRecordsCommandOutput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { createEventProducer, type EventProducerOptions } from '../../sinks/event-producer.ts';
import type { UserRecord } from '../../sinks/kinesis-aggregation.ts';

const wholeRange = 2n ** 128n;

export interface FakeStream {
  readonly kinesis: KinesisClient;
  /** Everything taken, in order. */
  readonly taken: { key: string; text: string; shardId: string }[];
  readonly calls: PutRecordsRequestEntry[][];
  readonly mostCallsAtOnce: () => number;
}

/** Decides over one record of one call: undefined takes it, a text is the error code it is answered with. */
export type Fault = (entry: PutRecordsRequestEntry, call: number) => string | undefined;

export function fakeStream(
  options: { fault?: Fault; callFault?: (call: number) => Error | undefined; shards?: () => string[] } = {},
): FakeStream {
  const taken: FakeStream['taken'] = [];
  const calls: PutRecordsRequestEntry[][] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const shards = options.shards ?? (() => ['shard-0', 'shard-1']);
  const rangeOf = (index: number, count: number) => ({
    StartingHashKey: ((wholeRange / BigInt(count)) * BigInt(index)).toString(),
    EndingHashKey: (index === count - 1
      ? wholeRange - 1n
      : (wholeRange / BigInt(count)) * BigInt(index + 1) - 1n
    ).toString(),
  });
  const put = async (entries: PutRecordsRequestEntry[]): Promise<Partial<PutRecordsCommandOutput>> => {
    calls.push(entries);
    const call = calls.length;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    const failure = options.callFault?.(call);
    if (failure) throw failure;
    const records = entries.map((entry) => {
      const code = options.fault?.(entry, call);
      if (code) return { ErrorCode: code, ErrorMessage: 'slow down' };
      const names = shards();
      const explicit = entry.ExplicitHashKey === undefined ? 0n : BigInt(entry.ExplicitHashKey);
      const shardId = names[Number((explicit * BigInt(names.length)) / wholeRange)] ?? '';
      taken.push({
        key: entry.PartitionKey ?? '',
        text: Buffer.from(entry.Data ?? []).toString('latin1'),
        shardId,
      });
      return { SequenceNumber: String(taken.length), ShardId: shardId };
    });
    return { Records: records };
  };
  const send = async (command: {
    constructor: { name: string };
    input: { Records?: PutRecordsRequestEntry[] };
  }) => {
    if (command.constructor.name === 'PutRecordsCommand') return put(command.input.Records ?? []);
    const names = shards();
    return {
      Shards: names.map((name, index) => ({
        ShardId: name,
        HashKeyRange: rangeOf(index, names.length),
        SequenceNumberRange: { StartingSequenceNumber: '0' },
      })),
    };
  };
  return { kinesis: { send } as unknown as KinesisClient, taken, calls, mostCallsAtOnce: () => mostAtOnce };
}

export function producerOf(stream: FakeStream, options: Partial<EventProducerOptions> = {}) {
  return createEventProducer({
    kinesis: stream.kinesis,
    streamName: 'purchases',
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    random: () => 0.5,
    ...options,
  });
}

export function record(partitionKey: string, text: string): UserRecord {
  return { partitionKey, data: new TextEncoder().encode(text) };
}

export function recordsOf(key: string, count: number): UserRecord[] {
  return Array.from({ length: count }, (_, index) => record(key, String(index)));
}

export function throttled(): Error {
  return Object.assign(new Error('rate exceeded'), { name: 'ProvisionedThroughputExceededException' });
}
