import { describe, expect, test } from 'vitest';
import { ActiveModelCache } from '../../sinks/active-model-cache.ts';
import type { ModelKind } from '../../sinks/stores.ts';
import { activateModels, segmentModel } from '../api/api-fixture.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';

function counted() {
  const { models, ...rest } = memoryStores();
  const state = { reads: 0, failing: false };
  const active = async <K extends ModelKind>(kind: K) => {
    state.reads += 1;
    if (state.failing) throw new Error('down');
    return models.active(kind);
  };
  return { stores: { ...rest, models: { ...models, active } }, state };
}

describe('the cache of active models', () => {
  test('reads again when the models are as old as allowed, and not before', async () => {
    const { stores, state } = counted();
    await activateModels(stores);
    let nowMs = 0;
    const cache = new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs: () => nowMs });
    expect((await cache.current()).segments?.version).toBe('segments-1');
    await stores.models.put('segments', segmentModel({ version: 'segments-2' }));
    await stores.models.activate('segments', 'segments-2');
    nowMs = 4_999;
    expect((await cache.current()).segments?.version).toBe('segments-1');
    expect(state.reads).toBe(2);
    nowMs = 5_000;
    expect((await cache.current()).segments?.version).toBe('segments-2');
    expect(state.reads).toBe(4);
  });

  test('shares one read among requests that come together', async () => {
    const { stores, state } = counted();
    const cache = new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs: () => 0 });
    const answers = await Promise.all([cache.current(), cache.current(), cache.current()]);
    expect(answers).toEqual(new Array(3).fill({ segments: undefined, consumption: undefined }));
    expect(state.reads).toBe(2);
  });

  test('reads again at once for a record judged by a model not seen yet, and only once', async () => {
    const { stores, state } = counted();
    await activateModels(stores);
    const cache = new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs: () => 0 });
    await cache.current();
    await stores.models.put('segments', segmentModel({ version: 'segments-2' }));
    await stores.models.activate('segments', 'segments-2');
    expect((await cache.atLeast(['segments-1', undefined])).segments?.version).toBe('segments-1');
    expect((await cache.atLeast(['segments-2'])).segments?.version).toBe('segments-2');
    expect((await cache.atLeast(['segments-0'])).segments?.version).toBe('segments-2');
    const { reads } = state;
    await cache.atLeast(['segments-0', 'segments-1', 'segments-2']);
    expect(state.reads).toBe(reads);
  });

  test('does not remember a read that failed', async () => {
    const { stores, state } = counted();
    await activateModels(stores);
    const cache = new ActiveModelCache(stores.models, { ageMsMax: 5_000, nowMs: () => 0 });
    state.failing = true;
    await expect(cache.current()).rejects.toThrow('down');
    state.failing = false;
    expect((await cache.current()).segments?.version).toBe('segments-1');
  });
});
