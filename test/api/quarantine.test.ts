import type { z } from '@hono/zod-openapi';
import { describe, expect, test, vi } from 'vitest';
import type { QuarantineReplay } from '../../api/dependencies.ts';
import type { QuarantinePage, QuarantineRecord } from '../../api/schemas/quarantine.ts';
import { quarantined } from '../contracts/records.ts';
import { bodyOf, fixture, purchase } from './api-fixture.ts';

type List = z.output<typeof QuarantinePage>;
type Entry = z.output<typeof QuarantineRecord>;

const text = new TextEncoder().encode('{"v":1,"type":"purchase","name":"Käse"}');

async function filled(replay?: (id: string, mended?: Uint8Array) => Promise<QuarantineReplay>) {
  const api = fixture(replay === undefined ? {} : { replayQuarantined: replay });
  await api.stores.quarantine.putMany([
    quarantined({ subSequence: 0 }),
    quarantined({
      subSequence: 1,
      data: text,
      rejection: { reason: 'unknown-currency', detail: 'No rate for XXX.' },
    }),
  ]);
  const items = async (query = '') => (await bodyOf<List>(api.get(`/v1/quarantine${query}`))).items;
  return { api, items };
}

describe('the quarantine', () => {
  test('is listed over pages, by reason and by status', async () => {
    const { api, items } = await filled();
    const all = await items();
    expect(all.map(({ reason, subSequence, bytes }) => [reason, subSequence, bytes])).toEqual([
      ['not-json', 0, 3],
      ['unknown-currency', 1, text.byteLength],
    ]);
    const first = await bodyOf<List>(api.get('/v1/quarantine?limit=1'));
    expect(await items(`?limit=1&cursor=${first.nextCursor}`)).toEqual(all.slice(1));
    expect(await items('?reason=unknown-currency')).toEqual(all.slice(1));
    await api.stores.quarantine.markReplayed(all[0]?.id ?? '', 5);
    expect((await items('?status=open')).map(({ id }) => id)).toEqual([all[1]?.id]);
    expect((await items('?status=replayed'))[0]?.replayedAt).toBe('1970-01-01T00:00:00.005Z');
    for (const query of ['?reason=nonsense', '?status=dead', `?status=open&cursor=${first.nextCursor}`]) {
      expect((await api.get(`/v1/quarantine${query}`)).status).toBe(400);
    }
  });

  test('gives a record whole, as text where it is text', async () => {
    const { api, items } = await filled();
    const [bytes, readable] = await items();
    const read = (id = '') => bodyOf<Entry>(api.get(`/v1/quarantine/${encodeURIComponent(id)}`));
    expect(await read(bytes?.id)).toMatchObject({ text: null, base64: '/wB7' });
    expect(await read(readable?.id)).toMatchObject({ text: new TextDecoder().decode(text), base64: null });
    expect(readable?.preview).toContain('Käse');
    expect((await api.get('/v1/quarantine/nobody')).status).toBe(404);
  });

  test('puts a record on the stream again as it is, or mended', async () => {
    const replay = vi.fn(
      async (_id: string, _mended?: Uint8Array): Promise<QuarantineReplay> => ({
        kind: 'replayed',
        eventId: 'event-1',
      }),
    );
    const { api } = await filled(replay);
    const event = purchase();
    for (const body of ['', {}, { event }]) {
      const response = await api.post('/v1/quarantine/q-1/replay', body);
      expect([response.status, await bodyOf(response)]).toEqual([200, { id: 'q-1', eventId: 'event-1' }]);
    }
    const sent = replay.mock.calls.map(
      ([, mended]) => mended && JSON.parse(new TextDecoder().decode(mended)),
    );
    expect(sent).toEqual([undefined, undefined, event]);
    for (const body of ['nonsense', { event: 'text' }, { other: {} }]) {
      expect((await api.post('/v1/quarantine/q-1/replay', body)).status).toBe(400);
    }
    const large = { event: { ...event, orderId: 'x'.repeat(1_100_000) } };
    expect((await api.post('/v1/quarantine/q-1/replay', large)).status).toBe(413);
    expect(replay).toHaveBeenCalledTimes(3);
  });

  test.each<[QuarantineReplay, number, string]>([
    [{ kind: 'unknown' }, 404, 'quarantine-entry-not-found'],
    [{ kind: 'truncated' }, 409, 'record-truncated'],
    [
      { kind: 'rejected', rejection: { reason: 'invalid-time', detail: 'No instant.' } },
      422,
      'record-rejected',
    ],
    [{ kind: 'failed' }, 503, 'stream-unavailable'],
  ])('says why not: $0.kind', async (outcome, status, kind) => {
    const { api } = await filled(async () => outcome);
    const response = await api.post('/v1/quarantine/q-1/replay', '');
    const body = await bodyOf(response);
    expect([response.status, body.type]).toEqual([status, `/problems/${kind}`]);
    if (outcome.kind === 'rejected')
      expect(body).toMatchObject({ reason: 'invalid-time', detail: 'No instant.' });
  });
});
