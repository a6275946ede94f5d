import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isWrite } from '../../api/auth/route-scopes.ts';
import type { ApiDependencies } from '../../api/dependencies.ts';
import type { ApiOptions } from '../../api/options.ts';
import { ThrottledError } from '../../operators/errors.ts';
import { memoryAnswers } from '../fixtures/memory-answers.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { answerValidator } from './answer-validator.ts';
import { fixture, purchase } from './api-fixture.ts';
import { brokenDependencies, type ContractWorld, contractWorld, type GoodRequest } from './contract-world.ts';
import {
  type ApiDocument,
  apiDocument,
  type DocumentedOperation,
  documentedOperations,
} from './documented-routes.ts';

let document: ApiDocument;
let operations: DocumentedOperation[];
let validate: ReturnType<typeof answerValidator>;
/** `GET /v1/me 200`: what some test has reached. */
const reached = new Set<string>();

beforeAll(async () => {
  document = await apiDocument(fixture());
  operations = documentedOperations(document);
  validate = answerValidator(document);
});

const nameOf = ({ method, path }: DocumentedOperation) => `${method} ${path}`;
const documents = (status: number) => operations.filter(({ responses }) => status in responses);

/** Asks, and checks whatever is answered against the document. */
async function ask(
  { api }: Pick<ContractWorld, 'api'>,
  operation: DocumentedOperation,
  { path, init }: GoodRequest,
): Promise<number> {
  const response = await api.app.request(path, init);
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
  if (isStream) await response.body?.cancel();
  const body = isStream ? '' : await response.text();
  expect(validate(operation, response, body), `${nameOf(operation)} ${body.slice(0, 300)}`).toBeUndefined();
  expect(body).not.toContain('secret cause');
  reached.add(`${nameOf(operation)} ${response.status}`);
  return response.status;
}

/** Asks each operation that documents the status in a way that should bring it about. */
async function reach(
  status: number,
  setUp: { deps?: Partial<ApiDependencies>; options?: Partial<ApiOptions> },
  change: (good: GoodRequest, operation: DocumentedOperation) => GoodRequest = (good) => good,
  only: (operation: DocumentedOperation) => boolean = () => true,
): Promise<void> {
  const world = await contractWorld(document, setUp.deps, setUp.options);
  for (const operation of documents(status).filter(only)) {
    const answered = await ask(world, operation, change(world.good(operation), operation));
    expect(answered, nameOf(operation)).toBe(status);
  }
  world.api.close();
}

const withHeaders = (headers: Record<string, string>) => (good: GoodRequest) => ({
  ...good,
  init: { ...good.init, headers: { ...good.init.headers, ...headers } },
});
const key = { 'Idempotency-Key': 'key' };

describe('every documented status is reached, with the body it is documented with', () => {
  test('success', async () => {
    const unchanged = await contractWorld(document);
    for (const operation of operations) {
      // What one changes the next must not see.
      const world = isWrite(operation.method, operation.path) ? await contractWorld(document) : unchanged;
      const status = await ask(world, operation, world.good(operation));
      expect([200, 201, 202, 204], nameOf(operation)).toContain(status);
      if (world !== unchanged) world.api.close();
    }
    unchanged.api.close();
  });

  test('304: the answer is the one the client has', () =>
    reach(304, {}, withHeaders({ 'If-None-Match': '*' })));

  test('400: something in the request is not valid', async () => {
    const changes: ((good: GoodRequest) => GoodRequest)[] = [
      ...['limit', 'asOf', 'from', 'by', 'kind', 'status', 'reason', 'backtests', 'lastEventId'].map(
        (name) => (good: GoodRequest) => ({ ...good, path: `${good.path}?${name}=%00` }),
      ),
      (good) => ({ ...good, path: good.path.replace(/[^/]+$/, '%00') }),
      (good) => ({ ...good, path: good.path.replace(/[^/]+(?=\/[^/]+$)/, '%00') }),
      (good) => ({ ...good, path: good.path.replace(/[^/]+$/, 'x'.repeat(5_000)) }),
      (good) => ({ ...good, init: { ...good.init, ...(good.init.body === undefined ? {} : { body: '{' }) } }),
      withHeaders({ 'Idempotency-Key': 'a b' }),
    ];
    const world = await contractWorld(document);
    for (const operation of documents(400)) {
      let found = false;
      for (const change of changes) {
        if (found) break;
        const { path, init } = change(world.good(operation));
        const response = await world.api.app.request(path, init);
        if (response.status !== 400) {
          await response.body?.cancel();
          continue;
        }
        found = true;
        expect(validate(operation, response, await response.text()), nameOf(operation)).toBeUndefined();
        reached.add(`${nameOf(operation)} 400`);
      }
      expect(found, nameOf(operation)).toBe(true);
    }
    world.api.close();
  });

  test('401: nobody said who asks', () =>
    reach(401, { deps: { authentication: { kind: 'own', apiKeys: [], jwt: undefined } } }));

  test('403: asked for under a foreign name', () => reach(403, {}, withHeaders({ Host: 'evil.test' })));

  test('404: there is no such thing', () =>
    reach(404, { deps: { replayQuarantined: async () => ({ kind: 'unknown' }) } }, (good, { path }) => ({
      ...good,
      path: path.replace(/\{\w+\}/g, 'nobody'),
    })));

  test('409: the first request with the key is under way', () => {
    const answers = { ...memoryAnswers(), claim: async () => ({ kind: 'in-flight' }) as const };
    const stores = { ...memoryStores(), answers };
    return reach(409, { deps: { stores } }, withHeaders(key), ({ method, path }) => isWrite(method, path));
  });

  test('413: the body is too large', () =>
    reach(413, { options: { bodyBytesMax: 1_000 } }, (good) => ({
      ...good,
      init: { ...good.init, body: 'x'.repeat(1_001) },
    })));

  test('422: the key came with another request', () => {
    const answers = { ...memoryAnswers(), claim: async () => ({ kind: 'other-request' }) as const };
    const stores = { ...memoryStores(), answers };
    return reach(422, { deps: { stores } }, withHeaders(key), ({ method, path }) => isWrite(method, path));
  });

  test('429: the caller has used up its requests', async () => {
    const world = await contractWorld(document, {}, { requestsPerMinute: 1 });
    await world.api.get('/v1/me');
    for (const operation of documents(429)) {
      expect(await ask(world, operation, world.good(operation)), nameOf(operation)).toBe(429);
    }
    world.api.close();
  });

  test('500: something failed that should not, and the cause is not told', async () => {
    const { good, api: whole } = await contractWorld(document);
    const api = fixture(brokenDependencies(() => new Error('secret cause')));
    for (const operation of documents(500)) {
      expect(await ask({ api }, operation, good(operation)), nameOf(operation)).toBe(500);
    }
    api.close();
    whole.close();
  });

  test('503: busy, and what is behind the API is down', async () => {
    await reach(503, { deps: { eventLoopLagMs: () => 1e6 } }, undefined, ({ path }) => path !== '/ready');
    await reach(
      503,
      { deps: { ready: async () => ({ ready: false, reasons: ['starting'] }) } },
      undefined,
      ({ path }) => path === '/ready',
    );
    const down = () => new ThrottledError('throttled', 'secret cause', { retryable: true });
    const { good, api: whole } = await contractWorld(document);
    const api = fixture(brokenDependencies(down));
    for (const operation of documents(500)) {
      if (operation.path === '/metrics') continue;
      expect(await ask({ api }, operation, good(operation)), nameOf(operation)).toBe(503);
    }
    api.close();
    whole.close();
  });

  test('what single routes answer beside these', async () => {
    const world = await contractWorld(document);
    const events = operations.find(({ path }) => path === '/v1/events') as DocumentedOperation;
    const send = (body: unknown): GoodRequest => ({
      path: '/v1/events',
      init: { method: 'POST', headers: {}, body: JSON.stringify(body) },
    });
    expect(await ask(world, events, send([purchase(), {}]))).toBe(207);
    expect(await ask(world, events, send([{}]))).toBe(422);
    const home = operations.find(({ path }) => path === '/') as DocumentedOperation;
    const board = await mkdtemp(join(tmpdir(), 'tidemark-board-'));
    await mkdir(join(board, 'assets'));
    await writeFile(join(board, 'index.html'), '<!doctype html>');
    const withBoard = fixture({ boardDirectory: board });
    await rm(board, { recursive: true });
    expect(await ask({ api: withBoard }, home, world.good(home))).toBe(302);
  });

  test('that is all of them', () => {
    const documented = operations.flatMap((operation) =>
      Object.keys(operation.responses).map((status) => `${nameOf(operation)} ${status}`),
    );
    expect(documented.filter((answer) => !reached.has(answer))).toEqual([]);
    expect(documented.length).toBeGreaterThan(200);
  });
});
