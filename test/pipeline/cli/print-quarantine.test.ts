import { describe, expect, test } from 'vitest';
import { jsonOfEntry, printEntries, printOutcome } from '../../../pipeline/cli/print-quarantine.ts';
import type { QuarantineEntry } from '../../../sinks/stores.ts';

function entry(changes: Partial<QuarantineEntry> = {}): QuarantineEntry {
  const data = changes.data ?? Buffer.from('{"v":1,');
  return {
    id: '2026-11-22~shardId-000000000000~0001~000000',
    shardId: 'shardId-000000000000',
    sequenceNumber: '1',
    subSequence: 0,
    partitionKey: 'c-1',
    data,
    bytes: data.byteLength,
    preview: data.subarray(0, 200),
    truncated: false,
    arrivedAtMs: Date.UTC(2026, 10, 22, 10, 15),
    rejection: { reason: 'not-json', detail: 'Unexpected end of JSON input' },
    status: 'open',
    replayedAtMs: undefined,
    ...changes,
  };
}

describe('the quarantine listing', () => {
  test('is a table with one row a record', () => {
    const table = printEntries([entry(), entry({ status: 'replayed' })], undefined).split('\n');
    expect(table).toHaveLength(3);
    expect(table[0]).toMatch(/^ID +ARRIVED +STATUS +SHARD +REASON +DETAIL +FIRST BYTES$/);
    expect(table[1]).toBe(
      '2026-11-22~shardId-000000000000~0001~000000  2026-11-22T10:15:00.000Z  open      shardId-000000000000  ' +
        'not-json  Unexpected end of JSON input  {"v":1, (7 bytes)',
    );
    expect(table[2]).toContain('  replayed  ');
  });

  test('is a block a record on a terminal too narrow for the table', () => {
    const blocks = printEntries([entry(), entry()], 80).split('\n\n');
    expect(blocks).toHaveLength(2);
    expect(blocks[0]?.split('\n')).toEqual([
      '2026-11-22~shardId-000000000000~0001~000000',
      '  2026-11-22T10:15:00.000Z  open  shardId-000000000000',
      '  not-json: Unexpected end of JSON input',
      '  {"v":1, (7 bytes)',
    ]);
    expect(printEntries([entry()], 200)).toMatch(/^ID /);
  });

  test('shows hostile bytes and details without a terminal escape', () => {
    const hostile = entry({
      data: Buffer.from('\u001b]0;owned\u0007{'),
      rejection: { reason: 'not-json', detail: "Unexpected token '\u001b'" },
    });
    const printed = printEntries([hostile], undefined);
    expect(printed).toContain('\\x1b]0;owned\\x07{ (11 bytes)');
    expect(printed).not.toContain('\u001b');
  });

  test('says when only the beginning of a record was kept', () => {
    expect(printEntries([entry({ truncated: true })], undefined)).toContain('(7 bytes kept)');
  });
});

describe('a record as JSON', () => {
  test('has its text where the bytes are UTF-8', () => {
    expect(JSON.parse(jsonOfEntry(entry({ replayedAtMs: 0 })))).toEqual({
      id: '2026-11-22~shardId-000000000000~0001~000000',
      arrivedAt: '2026-11-22T10:15:00.000Z',
      shardId: 'shardId-000000000000',
      sequenceNumber: '1',
      subSequence: 0,
      partitionKey: 'c-1',
      reason: 'not-json',
      detail: 'Unexpected end of JSON input',
      status: 'open',
      replayedAt: '1970-01-01T00:00:00.000Z',
      truncated: false,
      bytes: 7,
      text: '{"v":1,',
    });
  });

  test('has them in base64 where they are not', () => {
    const parsed = JSON.parse(jsonOfEntry(entry({ data: Uint8Array.of(0xff, 0x00) })));
    expect(parsed).toMatchObject({ bytes: 2, base64: '/wA=', replayedAt: null });
    expect(parsed).not.toHaveProperty('text');
  });
});

test('each outcome of a replay says what became of the record', () => {
  const id = 'an-id';
  const rejection = { reason: 'invalid-time', detail: 'occurredAt is "\u001b"' } as const;
  expect(printOutcome({ id, kind: 'replayed', eventId: 'e' })).toBe('an-id: on the stream again, event e');
  expect(printOutcome({ id, kind: 'would-be-replayed', eventId: 'e' })).toContain(
    'would be put on the stream',
  );
  expect(printOutcome({ id, kind: 'rejected', rejection })).toBe(
    'an-id: not sent, it would be rejected again: invalid-time: occurredAt is "\\x1b"',
  );
  expect(printOutcome({ id, kind: 'truncated' })).toContain('--with FILE');
  expect(printOutcome({ id, kind: 'unknown' })).toContain('no quarantined record');
  expect(printOutcome({ id, kind: 'failed', error: 'throttled' })).toContain('did not take it: throttled');
});
