import { inspect } from 'node:util';
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
    ['not json', 'a line of the daemon, 8 characters long, is not JSON'],
    ['[]', 'unknown action (no word) in a line of the daemon, 2 characters long'],
    ['null', 'unknown action'],
    ['{"action":"shutdown"}', 'unknown action shutdown in a line of the daemon, 21 characters long'],
    ['{"action":"initialize"}', "the daemon's initialize can't be read: shardId"],
    ['{"action":"processRecords","records":[{}]}', 'records.0.data'],
    [
      '{"action":"processRecords","records":[{"data":"","partitionKey":"k","sequenceNumber":"LATEST"}]}',
      'records.0.sequenceNumber',
    ],
  ])('%s is refused with what is wrong', (line, message) => {
    expect(() => parseDaemonMessage(line)).toThrow(message);
  });

  test.each([
    '{"action":"processRecords","records":[{"data":"c2VjcmV0","partitionKey":"secret-customer","sequenceNumber":"1"}]',
    '{"action":"processRecords","records":[{"data":7,"partitionKey":"secret-customer","sequenceNumber":"secret"}]}',
    '{"action":"secret-customer","records":[]}',
    '{"records":[{"data":"c2VjcmV0","partitionKey":"secret-customer"}]}',
    '"secret-customer',
  ])('%s is refused without what it holds', (line) => {
    let told: unknown;
    try {
      parseDaemonMessage(line);
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({ code: 'kcl-protocol', retryable: false });
    expect(inspect(told, { depth: 9, showHidden: true })).not.toMatch(/secret|c2VjcmV0/);
  });

  test('that is broken throughout is told in a few words', () => {
    const records = Array.from({ length: 1_000 }, () => ({}));
    const line = JSON.stringify({ action: 'processRecords', records });
    expect(() => parseDaemonMessage(line)).toThrow(/^.{50,500}$/);
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
