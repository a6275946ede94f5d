import { createHash } from 'node:crypto';
import kpl from 'aws-kinesis-agg/lib/common.js';
import type { StreamRecord } from '../operators/event/record.ts';

/** One record as its producer means it, before it is put on the stream alone or inside an aggregated one. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

const digestBytes = 16;
const framingBytes = kpl.magic.length + digestBytes;
// Tag and length of the record, of its key index and of its data; tag and length of its key in the table. No length
// up to 1 MB needs more than three bytes, no index more than three.
const overheadBytesMax = 1 + 3 + (1 + 3) + (1 + 3) + (1 + 3);

/** Upper bound of what one more user record adds to an aggregated record, bytes. */
export function aggregatedBytesMax(record: UserRecord): number {
  return overheadBytesMax + Buffer.byteLength(record.partitionKey) + record.data.byteLength;
}

/**
 * Packs user records into one Kinesis record in the format of Amazon's producer library, in the order given.
 * Its partition key is the first record's: the caller passes records of one shard. Size: at most the sum of
 * `aggregatedBytesMax` plus 20 bytes.
 *
 * The message type is aws-kinesis-agg's; its RecordAggregator is not used because it keeps the keys in a plain object,
 * which sorts keys that look like numbers, so that such records come out under each other's keys.
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 * @throws RangeError when there are no records.
 */
export function aggregateRecords(records: readonly UserRecord[]): UserRecord {
  const first = records[0];
  if (first === undefined) throw new RangeError('an aggregated record needs at least one user record');
  const keyIndexes = new Map<string, number>();
  const message = kpl.AggregatedRecord.encode({
    records: records.map(({ partitionKey, data }) => {
      let index = keyIndexes.get(partitionKey);
      if (index === undefined) {
        index = keyIndexes.size;
        keyIndexes.set(partitionKey, index);
      }
      return { partition_key_index: index, data, tags: [] };
    }),
    partition_key_table: [...keyIndexes.keys()],
    explicit_hash_key_table: [],
  }).finish();
  return { partitionKey: first.partitionKey, data: Buffer.concat([kpl.magic, message, digest(message)]) };
}

/**
 * Gives the user records inside a stream record, numbered 0.. in their order; a plain record comes back as it is.
 * What starts like an aggregated record and fails its digest or does not decode is `damaged`, never an exception.
 * Bytes too short to hold a digest are a plain record, whatever they start with.
 */
export function expandRecord(record: StreamRecord): readonly StreamRecord[] | 'damaged' {
  const { data } = record;
  if (!isAggregated(data)) return [record];
  const message = data.subarray(kpl.magic.length, data.byteLength - digestBytes);
  if (digest(message).compare(data.subarray(data.byteLength - digestBytes)) !== 0) return 'damaged';
  try {
    const { partition_key_table: keys, records } = kpl.AggregatedRecord.decode(message);
    const expanded: StreamRecord[] = [];
    for (const [subSequence, user] of records.entries()) {
      const partitionKey = keys[Number(user.partition_key_index)];
      if (partitionKey === undefined) return 'damaged';
      expanded.push({ ...record, subSequence, partitionKey, data: user.data });
    }
    return expanded;
  } catch {
    // The digest holds, so the producer wrote these bytes; they are no message of this format all the same.
    return 'damaged';
  }
}

function isAggregated(data: Uint8Array): boolean {
  return data.byteLength >= framingBytes && kpl.magic.compare(data, 0, kpl.magic.length) === 0;
}

function digest(message: Uint8Array): Buffer {
  return createHash('md5').update(message).digest();
}
