import { describe, expect, test } from 'vitest';
import { checkpointLine, parseDaemonMessage, statusLine } from '../../../../pipeline/hosts/kcl/protocol.ts';

describe('a line of the daemon', () => {
  test('may leave out or null what the daemon does not know', () => {
    expect(parseDaemonMessage('{"action":"initialize","shardId":"s-0","sequenceNumber":null}')).toEqual({
      action: 'initialize',
      shardId: 's-0',
      sequenceNumber: null,
    });
    const record = '{"data":null,"partitionKey":"k","sequenceNumber":"1","subSequenceNumber":null}';
    expect(parseDaemonMessage(`{"action":"processRecords","records":[${record}]}`)).toMatchObject({
      records: [{ data: null, sequenceNumber: '1' }],
    });
  });

  test.each([
    ['not json', 'is not JSON: not json'],
    ['[]', 'unknown action in a line of the daemon: []'],
    ['null', 'unknown action'],
    ['{"action":"shutdown"}', 'unknown action in a line of the daemon: {"action":"shutdown"}'],
    ['{"action":"initialize"}', "the daemon's initialize can't be read: shardId"],
    ['{"action":"processRecords","records":[{}]}', 'records.0.data'],
    [
      '{"action":"processRecords","records":[{"data":"","partitionKey":"k","sequenceNumber":"LATEST"}]}',
      'records.0.sequenceNumber',
    ],
  ])('%s is refused with what is wrong', (line, message) => {
    expect(() => parseDaemonMessage(line)).toThrow(message);
  });

  test('that is long is shown cut', () => {
    const line = `{"action":"${'x'.repeat(10_000)}"}`;
    expect(() => parseDaemonMessage(line)).toThrow(/^.{200,400}$/);
  });
});

describe('a line to the daemon', () => {
  test('stands alone between line breaks', () => {
    expect(statusLine('leaseLost')).toBe('\n{"action":"status","responseFor":"leaseLost"}\n');
  });

  test('asks for a checkpoint at a position, or without one', () => {
    expect(JSON.parse(checkpointLine({ sequenceNumber: '49', subSequence: 2 }))).toEqual({
      action: 'checkpoint',
      sequenceNumber: '49',
      subSequenceNumber: 2,
    });
    expect(JSON.parse(checkpointLine(undefined))).toEqual({
      action: 'checkpoint',
      sequenceNumber: null,
      subSequenceNumber: null,
    });
  });
});
