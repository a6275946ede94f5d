import { describe, expect, test } from 'vitest';
import { parseDaemonMessage } from '../../../../pipeline/hosts/kcl/protocol.ts';
import { endPosition, toRecordBatch } from '../../../../pipeline/hosts/kcl/shard-batch.ts';
import { daemonRecord, processRecords } from './daemon-double.ts';

function batchOf(...records: readonly object[]) {
  const message = parseDaemonMessage(JSON.stringify(processRecords(...records)));
  if (message.action !== 'processRecords') throw new Error(message.action);
  return toRecordBatch('shardId-000000000000', message);
}

const keys = (...records: readonly object[]) =>
  batchOf(...records).records.map(({ subSequence, partitionKey }) => `${subSequence} ${partitionKey}`);

describe('a batch of the daemon', () => {
  test('keeps the key of plain records, which is the stream’s', () => {
    expect(keys(daemonRecord(1), daemonRecord(2))).toEqual(['0 c-1', '0 c-1']);
  });

  test('knows no stream key of user records that were taken out of an aggregated one', () => {
    const user = (subSequenceNumber: number) => daemonRecord(2, { subSequenceNumber });
    expect(keys(daemonRecord(1), user(0), user(1), daemonRecord(3))).toEqual(['0 c-1', '0 ', '1 ', '0 c-1']);
  });

  test('knows none either of those that are left of one behind a checkpoint in its middle', () => {
    expect(keys(daemonRecord(2, { subSequenceNumber: 4 }), daemonRecord(3))).toEqual(['4 ', '0 c-1']);
  });

  test('ends at its last user record', () => {
    expect(endPosition(batchOf(daemonRecord(1), daemonRecord(2, { subSequenceNumber: 4 })))).toEqual({
      sequenceNumber: '2',
      subSequence: 4,
    });
    expect(endPosition(batchOf())).toBeUndefined();
  });

  test.each(['a', 'ab=', 'a b=', 'a$b=', '===='])('refuses %j, which is not base64', (data) => {
    expect(() => batchOf(daemonRecord(1, { data }))).toThrow('the data of record 1 is not base64');
  });

  test.each([
    ['', 0],
    ['AA==', 1],
    ['AAA=', 2],
    ['AAAA', 3],
  ])('reads %j as %d bytes', (data, bytes) => {
    expect(batchOf(daemonRecord(1, { data })).records[0]?.data.byteLength).toBe(bytes);
  });
});
