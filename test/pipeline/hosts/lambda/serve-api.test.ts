import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type ApiServer, apiServer } from '../../../../pipeline/hosts/lambda/serve-api.ts';
import type { Stores } from '../../../../sinks/stores.ts';
import { migration } from '../../../api/api-fixture.ts';
import { recordBatch, streamRecord } from '../../../fixtures/batches.ts';
import { lambdaContext } from '../../../fixtures/event-source-environments.ts';
import { testWarmStart } from '../../../fixtures/event-source-warm-start.ts';
import { faultyStores } from '../../../fixtures/faulty-stores.ts';
import { runChain, startProcess } from '../../../fixtures/pipeline-bench.ts';
import { boughtOn } from '../../../fixtures/purchases.ts';
import { openStores } from '../../../fixtures/shard-records.ts';

// As an environment looks to itself that was frozen between two requests: a minute late.
vi.mock('../../../../api/event-loop-lag.ts', () => ({ eventLoopLagMs: () => 60_000 }));

let stores: Stores;
let serve: ApiServer;
let calls: string[];
beforeEach(async () => {
  stores = await openStores();
  await runChain(startProcess(stores), [recordBatch([streamRecord(1, boughtOn(1))])]);
  const counted = faultyStores(stores, () => undefined);
  calls = counted.calls;
  serve = apiServer(testWarmStart(counted.stores, { nowMs: () => boughtOn(30).occurredAtMs }));
});

function request(
  method: string,
  path: string,
  query = '',
  scope = 'read write',
): APIGatewayProxyEventV2WithJWTAuthorizer {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.test', 'content-type': 'application/json' },
    requestContext: {
      accountId: '000000000000',
      authorizer: { jwt: { claims: { sub: 'shop', scope }, scopes: null } },
      apiId: 'api',
      domainName: 'api.example.test',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '22/Nov/2026:10:15:00 +0000',
      timeEpoch: 1_795_342_500_000,
    },
    isBase64Encoded: false,
  };
}

async function get(path: string, query?: string) {
  const answer = await serve(request('GET', path, query), lambdaContext('request-1', () => 29_000) as never);
  return { ...answer, json: () => JSON.parse(answer.body ?? 'null') };
}

test('a customer is answered, with the watermark that is stored', async () => {
  const answer = await get('/v1/customers/c-1');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    customerId: 'c-1',
    watermark: new Date(boughtOn(1).occurredAtMs).toISOString(),
  });
});

test('the status is read, and nothing is counted', async () => {
  const answer = await get('/v1/status');
  expect(answer.json()).toMatchObject({ clock: 'wall', customers: 0, eventsApplied: 0 });
  expect(answer.json().shards).toHaveLength(1);
  expect(calls.filter((name) => /scan|countBy/.test(name))).toEqual([]);
});

/** What API Gateway would hand over. */
function textOf({
  body = '',
  isBase64Encoded,
}: {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}) {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

describe('a stream', () => {
  test('is given in turns: where it begins, then what came since', async () => {
    const first = await get('/v1/alerts/stream');
    expect(first.statusCode).toBe(200);
    expect(first.headers?.['content-type']).toBe('text/event-stream');
    const [, place] = /^event: following\nid: (\S+)$/m.exec(textOf(first)) ?? [];
    await stores.migrations.publish([migration(1), migration(2)]);
    const second = textOf(await get('/v1/alerts/stream', `lastEventId=${place}`));
    expect(second.match(/^event: .*$/gm)).toEqual(['event: migration', 'event: migration']);
    expect(second).toContain('retry: 5000');
  });

  test('of the figures is one message, and says that nothing has been counted yet', async () => {
    const [, data] = /^data: (.*)$/m.exec(textOf(await get('/v1/live'))) ?? [];
    expect(JSON.parse(data ?? '')).toMatchObject({ countedAt: null, eventsPerSecond: null, customers: 0 });
  });

  test('the alerts themselves are listed', async () => {
    expect((await get('/v1/alerts')).json()).toHaveProperty('items');
  });
});

test('an unknown path keeps the problem of the API', async () => {
  const answer = await get('/v1/nothing');
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toMatchObject({ type: '/problems/not-found' });
});

test('an event that the decoder refuses is refused', async () => {
  const event = {
    ...request('POST', '/v1/events'),
    body: JSON.stringify({ v: 1, type: 'tick', upTo: 'now' }),
  };
  const answer = await serve(event, lambdaContext('request-1', () => 29_000) as never);
  expect([400, 422]).toContain(answer.statusCode);
});

test('it is ready when the stores answer', async () => {
  expect((await get('/ready')).json()).toEqual({ ready: true, reasons: [] });
});

describe('while the checkpoint table can not be read', () => {
  beforeEach(() => {
    const broken = faultyStores(stores, ({ name }) => (/^checkpoints/.test(name) ? 'lost' : undefined));
    serve = apiServer(testWarmStart(broken.stores, { nowMs: () => boughtOn(30).occurredAtMs }));
  });

  test.each(['/health', '/docs', '/v1/rules', '/v1/customers/c-1'])('%s is answered', async (path) => {
    expect((await get(path)).statusCode).toBe(200);
  });

  test('what needs it is a problem that says when to come back', async () => {
    const answer = await get('/v1/status');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers?.['content-type']).toBe('application/problem+json');
    expect(answer.headers?.['retry-after']).toBe('1');
  });
});

describe('what the gateway has verified', () => {
  const ask = async (method: string, path: string, change: (event: ReturnType<typeof request>) => object) => {
    const event = { ...request(method, path), ...change(request(method, path)) };
    return serve(event as never, lambdaContext('request-1', () => 29_000) as never);
  };
  const withClaims = (claims: Record<string, unknown>) => (event: ReturnType<typeof request>) => ({
    requestContext: { ...event.requestContext, authorizer: { jwt: { claims, scopes: null } } },
  });

  test('tells who asks and what they may do', async () => {
    const answer = await ask('GET', '/v1/me', withClaims({ sub: 'shop', scope: '[openid write]' }));
    expect(JSON.parse(answer.body ?? '')).toEqual({
      authentication: 'jwt',
      subject: 'shop',
      scopes: ['read', 'write'],
    });
  });

  test('a token without the scope is refused', async () => {
    const answer = await ask('GET', '/v1/customers/c-1', withClaims({ sub: 'shop', scope: 'openid' }));
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ type: '/problems/insufficient-scope' });
  });

  test('a request that came past the authorizer is nobody’s, whatever its headers say', async () => {
    const answer = await ask('GET', '/v1/customers/c-1', (event) => ({
      headers: { ...event.headers, authorization: 'Bearer e30.e30.', 'x-api-key': 'x' },
      requestContext: { ...event.requestContext, authorizer: undefined },
    }));
    expect(answer.statusCode).toBe(401);
    expect((await ask('GET', '/health', () => ({}))).statusCode).toBe(200);
  });
});
