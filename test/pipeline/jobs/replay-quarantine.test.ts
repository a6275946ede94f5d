import { beforeEach, describe, expect, test } from 'vitest';
import type { DecodeOptions } from '../../../operators/event/decode-event.ts';
import { parseCurrencyRates } from '../../../operators/event/money.ts';
import type { RejectReason } from '../../../operators/event/purchase-event.ts';
import type { QuarantinedRecord } from '../../../operators/event/record.ts';
import {
  type QuarantineSelection,
  type ReplayDependencies,
  type ReplayOutcome,
  replayQuarantine,
} from '../../../pipeline/jobs/replay-quarantine.ts';
import type { UserRecord } from '../../../sinks/kinesis-aggregation.ts';
import type { PutResult } from '../../../sinks/put-lanes.ts';
import type { QuarantineStore } from '../../../sinks/stores.ts';
import { memoryStores } from '../../fixtures/memory-stores.ts';
import { document } from '../cli/cli-fixture.ts';

const nowMs = Date.UTC(2024, 5, 1);
const decode: DecodeOptions = {
  currencies: parseCurrencyRates('GBP', ''),
  futureSkewMsMax: 3_600_000,
  itemsMax: 100,
};
const everything: QuarantineSelection = { openWithReason: undefined };

describe('replaying quarantined records', () => {
  let quarantine: QuarantineStore;
  let sent: UserRecord[];
  let outcomes: ReplayOutcome[];

  beforeEach(() => {
    quarantine = memoryStores().quarantine;
    sent = [];
    outcomes = [];
  });

  async function fill(bodies: readonly unknown[], reason: RejectReason = 'unknown-currency') {
    const records = bodies.map((body, index): QuarantinedRecord => {
      const data = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
      const position = { shardId: 'shard-0', sequenceNumber: String(100 + index), subSequence: 0 };
      return {
        ...position,
        partitionKey: 'wrong key',
        data,
        arrivedAtMs: nowMs,
        rejection: { reason, detail: 'x' },
      };
    });
    await quarantine.putMany(records);
    return records.map(({ sequenceNumber }) => `shard-0:${sequenceNumber}:0`);
  }

  function replay(selection: QuarantineSelection, changes: Partial<ReplayDependencies> = {}) {
    return replayQuarantine(selection, {
      quarantine,
      producer: {
        put: async (records) => {
          sent.push(...records);
          return records.map((): PutResult => ({ ok: true, shardId: 'shard-0', sequenceNumber: '1' }));
        },
      },
      decode,
      nowMs: () => nowMs,
      dryRun: false,
      onOutcome: (outcome) => outcomes.push(outcome),
      ...changes,
    });
  }

  test('sends the very bytes under the customer as partition key, and marks the record', async () => {
    const body = document('e-1', { customerId: 'c-9' });
    const [id = ''] = await fill([body]);
    expect(await replay({ ids: [id] })).toEqual({ replayed: 1, refused: 0 });
    expect(sent).toEqual([{ partitionKey: 'c-9', data: Buffer.from(JSON.stringify(body)) }]);
    expect(outcomes).toEqual([{ id, kind: 'replayed', eventId: 'e-1' }]);
    expect(await quarantine.get(id)).toMatchObject({ status: 'replayed', replayedAtMs: nowMs });
  });

  test('sends nothing that the decoder would reject again, and says why', async () => {
    const [id = '', other = ''] = await fill([document('e-1', { currency: 'USD' }), Uint8Array.of(0xff)]);
    expect(await replay(everything)).toEqual({ replayed: 0, refused: 2 });
    expect(sent).toEqual([]);
    expect(outcomes).toEqual([
      {
        id,
        kind: 'rejected',
        rejection: { reason: 'unknown-currency', detail: 'currency is "USD"; known are GBP' },
      },
      { id: other, kind: 'rejected', rejection: { reason: 'not-utf8', detail: expect.any(String) } },
    ]);
    expect(await quarantine.get(id)).toMatchObject({ status: 'open' });
  });

  test('judges by the settings of today: a rate given since makes a currency known', async () => {
    await fill([document('e-1', { currency: 'USD' })]);
    const currencies = parseCurrencyRates('GBP', 'USD=0.79');
    expect(await replay(everything, { decode: { ...decode, currencies } })).toEqual({
      replayed: 1,
      refused: 0,
    });
  });

  test('sends the mended document in place of the record', async () => {
    const [id = ''] = await fill([Buffer.from('{broken')], 'not-json');
    const mended = Buffer.from(JSON.stringify(document('e-2')));
    expect(await replay({ ids: [id] }, { mended })).toEqual({ replayed: 1, refused: 0 });
    expect(sent).toEqual([{ partitionKey: 'c-1', data: mended }]);
  });

  test('checks the mended document as well', async () => {
    const [id = ''] = await fill([Buffer.from('{broken')], 'not-json');
    const mended = Buffer.from('{still broken');
    expect(await replay({ ids: [id] }, { mended })).toEqual({ replayed: 0, refused: 1 });
    expect(outcomes[0]).toMatchObject({ kind: 'rejected', rejection: { reason: 'not-json' } });
  });

  test('never sends a record of which only the beginning was kept, unless it is mended', async () => {
    const [id = ''] = await fill([document('e-1')]);
    const entry = await quarantine.get(id);
    const truncating = {
      ...quarantine,
      get: async () => entry && { ...entry, truncated: true },
    };
    expect(await replay({ ids: [id] }, { quarantine: truncating })).toEqual({ replayed: 0, refused: 1 });
    expect(outcomes).toEqual([{ id, kind: 'truncated' }]);
    const mended = Buffer.from(JSON.stringify(document('e-1')));
    expect(await replay({ ids: [id] }, { quarantine: truncating, mended })).toEqual({
      replayed: 1,
      refused: 0,
    });
  });

  test('takes open records only, of the reason named, unless they are named by id', async () => {
    const [first = ''] = await fill([document('e-1')]);
    await quarantine.markReplayed(first, 1);
    expect(await replay(everything)).toEqual({ replayed: 0, refused: 0 });
    expect(await replay({ ids: [first] })).toEqual({ replayed: 1, refused: 0 });
    const other = await replay({ openWithReason: 'invalid-time' });
    expect(other).toEqual({ replayed: 0, refused: 0 });
  });

  test('names an id twice and sends once; an unknown id is refused', async () => {
    const [id = ''] = await fill([document('e-1')]);
    expect(await replay({ ids: [id, id, 'nobody'] })).toEqual({ replayed: 1, refused: 1 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['replayed', 'unknown']);
  });

  test('refuses a clock tick, which would move the clock of everybody', async () => {
    await fill([{ v: 1, type: 'tick', upTo: '2024-03-01T10:00:00Z' }], 'invalid-time');
    expect(await replay(everything)).toEqual({ replayed: 0, refused: 1 });
    expect(sent).toEqual([]);
  });

  test('sends nothing and marks nothing in a dry run', async () => {
    const [id = ''] = await fill([document('e-1')]);
    expect(await replay(everything, { dryRun: true })).toEqual({ replayed: 1, refused: 0 });
    expect(outcomes).toEqual([{ id, kind: 'would-be-replayed', eventId: 'e-1' }]);
    expect(sent).toEqual([]);
    expect(await quarantine.get(id)).toMatchObject({ status: 'open' });
  });

  test('leaves open what the stream did not take, and marks the rest', async () => {
    const [first = '', second = ''] = await fill([document('e-1'), document('e-2')]);
    const put = async (): Promise<readonly PutResult[]> => [
      { ok: false, error: 'throttled', retryable: true },
      { ok: true, shardId: 'shard-0', sequenceNumber: '2' },
    ];
    expect(await replay(everything, { producer: { put } })).toEqual({ replayed: 1, refused: 1 });
    expect(outcomes).toEqual([
      { id: first, kind: 'failed', error: 'throttled' },
      { id: second, kind: 'replayed', eventId: 'e-2' },
    ]);
    expect(await quarantine.get(first)).toMatchObject({ status: 'open' });
    expect(await quarantine.get(second)).toMatchObject({ status: 'replayed' });
  });

  test('goes through more records than one page holds', async () => {
    await fill(Array.from({ length: 120 }, (_, index) => document(`e-${index}`)));
    expect(await replay(everything)).toEqual({ replayed: 120, refused: 0 });
    expect(new Set(sent.map(({ data }) => Buffer.from(data).toString())).size).toBe(120);
  });
});
