import { describe, expect, test } from 'vitest';
import { bodyOf, fixture } from './api-fixture.ts';

describe.each(['/v1/live', '/v1/alerts/stream', '/v1/rule-alerts/stream'])('HEAD of %s', (path) => {
  test('is the headers alone: it takes no place, and nothing is read for it', async () => {
    let reads = 0;
    const { stores } = fixture();
    const counted = async () => {
      reads += 1;
      return [];
    };
    const api = fixture(
      {
        stores: {
          ...stores,
          migrations: { ...stores.migrations, feedAfter: counted },
          alerts: { ...stores.alerts, feedAfter: counted },
        },
        status: async () => {
          reads += 1;
          throw new Error('not to be asked');
        },
      },
      { streamsMax: 1 },
    );
    for (let times = 0; times < 3; times += 1) {
      const head = await api.app.request(path, { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(head.headers.get('Content-Type')).toBe('text/event-stream');
      expect(head.body).toBeNull();
    }
    expect(reads).toBe(0);
    api.close();
    expect((await api.app.request(path, { method: 'HEAD' })).status).toBe(503);
  });

  test('leaves the only place to who reads', async () => {
    const api = fixture({}, { streamsMax: 1 });
    await api.app.request(path, { method: 'HEAD' });
    const open = await api.get(path);
    expect(open.status).toBe(200);
    const refused = await api.get(path);
    expect([refused.status, (await bodyOf(refused)).type]).toEqual([503, '/problems/too-many-streams']);
    expect((await api.app.request(path, { method: 'HEAD' })).status).toBe(200);
    await open.body?.cancel();
    api.close();
  });
});
