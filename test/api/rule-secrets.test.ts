import { createHash } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Rule, RuleWithSecrets } from '../../api/schemas/rules.ts';
import type { StoredAnswer } from '../../sinks/answer-store.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { bodyOf, type Fixture, fixture } from './api-fixture.ts';

type RuleBody = z.output<typeof Rule>;
type Made = z.output<typeof RuleWithSecrets>;

const url = 'https://hooks.slack.example/services/T0/B0/secret?token=x';
const draft = {
  name: 'slipping',
  when: { kind: 'migration' },
  deliver: [{ kind: 'stream' }, { kind: 'webhook', url }],
};

describe('a repeated write whose answer showed secrets', () => {
  let api: Fixture;
  let kept: StoredAnswer[];
  beforeEach(() => {
    const stores = memoryStores();
    kept = [];
    const settle: typeof stores.answers.settle = (key, owner, answer) => {
      kept.push(answer);
      return stores.answers.settle(key, owner, answer);
    };
    api = fixture({ stores: { ...stores, answers: { ...stores.answers, settle } } });
  });

  const send = (method: string, path: string, key: string, body?: unknown) =>
    api.app.request(path, {
      method,
      headers: { 'Idempotency-Key': key },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  /** Sends it twice: the first answer, and what its repetition has in place of the secrets. */
  async function twice(method: string, path: string, body?: unknown): Promise<Made> {
    const first = await send(method, path, `${method}${path}`, body);
    const again = await send(method, path, `${method}${path}`, body);
    expect([again.status, again.headers.get('Idempotency-Replayed')]).toEqual([first.status, 'true']);
    const answer = await bodyOf<Made>(first);
    expect(answer.webhookSecrets).toEqual([
      { targetId: expect.any(String), secret: expect.stringMatching(/^whsec_/) },
    ]);
    const targetId = answer.webhookSecrets[0]?.targetId;
    expect(await bodyOf(again)).toEqual({ ...answer, webhookSecrets: [{ targetId, secret: null }] });
    return answer;
  }

  test('is answered without them, and they are in no stored answer', async () => {
    const rule = await twice('POST', '/v1/rules', draft);
    await twice('POST', `/v1/rules/${rule.id}/rotate-secret`);
    const other = { kind: 'webhook', url: 'https://hooks.example.com/b' };
    await twice('PUT', `/v1/rules/${rule.id}`, { ...draft, deliver: [other] });
    expect(kept).toHaveLength(3);
    expect(JSON.stringify(kept)).not.toContain('whsec_');
  });

  test('is no dead end: a rotation under a new key gives a secret', async () => {
    const { id } = await twice('POST', '/v1/rules', draft);
    const rotated = await send('POST', `/v1/rules/${id}/rotate-secret`, 'another');
    expect((await bodyOf<Made>(rotated)).webhookSecrets[0]?.secret).toMatch(/^whsec_/);
  });
});

describe('the URL of a webhook', () => {
  const keys = ['read', 'admin'] as const;
  const apiKeys = keys.map((scope) => ({
    name: scope,
    scopes: [scope],
    sha256: createHash('sha256').update(scope).digest('hex'),
  }));
  let api: Fixture;
  let rule: Made;
  beforeEach(async () => {
    api = fixture({ authentication: { kind: 'own', apiKeys, jwt: undefined } });
    rule = await bodyOf<Made>(api.post('/v1/rules', draft, { 'X-Api-Key': 'admin' }));
  });

  const read = async (path: string, key: string) => bodyOf<never>(api.get(path, { 'X-Api-Key': key }));
  const urlsOf = ({ deliver }: RuleBody) =>
    deliver.flatMap((target) => (target.kind === 'webhook' ? [target.url] : []));

  test('is shown whole to the scope admin, and as its origin to others', async () => {
    expect(urlsOf(rule)).toEqual([url]);
    for (const [key, shown] of [
      ['admin', url],
      ['read', 'https://hooks.slack.example'],
    ] as const) {
      expect(urlsOf(await read(`/v1/rules/${rule.id}`, key))).toEqual([shown]);
      const { items } = (await read('/v1/rules', key)) as { items: RuleBody[] };
      expect(items.flatMap(urlsOf)).toEqual([shown]);
    }
  });

  test('stays what it is when a rule is sent back as a reader sees it', async () => {
    const seen: RuleBody = await read(`/v1/rules/${rule.id}`, 'read');
    const put = async (deliver: unknown) => {
      const { name, when } = seen;
      const response = await api.app.request(`/v1/rules/${rule.id}`, {
        method: 'PUT',
        headers: { 'X-Api-Key': 'admin' },
        body: JSON.stringify({ name, when, deliver }),
      });
      expect(response.status).toBe(200);
      return urlsOf(await bodyOf<Made>(response));
    };
    expect(await put(seen.deliver)).toEqual([url]);
    const root = seen.deliver.map((target) =>
      target.kind === 'webhook' ? { ...target, url: `${target.url}/` } : target,
    );
    expect(await put(root)).toEqual(['https://hooks.slack.example/']);
  });

  test('is shown whole where nobody is asked', async () => {
    const open = fixture();
    const { id } = await bodyOf<Made>(open.post('/v1/rules', draft));
    expect(urlsOf(await bodyOf<RuleBody>(open.get(`/v1/rules/${id}`)))).toEqual([url]);
  });
});
