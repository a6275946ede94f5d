import { describe, expect, test } from 'vitest';
import { ModelCache } from '../../api/model-cache.ts';
import type { ModelKind } from '../../sinks/stores.ts';
import { memoryStores } from '../fixtures/memory-stores.ts';
import { activateModels, segmentModel } from './api-fixture.ts';

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
    const cache = new ModelCache(stores.models, 5_000, () => nowMs);
    expect((await cache.active()).segments?.version).toBe('segments-1');
    await stores.models.put('segments', segmentModel({ version: 'segments-2' }));
    await stores.models.activate('segments', 'segments-2');
    nowMs = 4_999;
    expect((await cache.active()).segments?.version).toBe('segments-1');
    expect(state.reads).toBe(2);
    nowMs = 5_000;
    expect((await cache.active()).segments?.version).toBe('segments-2');
    expect(state.reads).toBe(4);
  });

  test('shares one read among requests that come together', async () => {
    const { stores, state } = counted();
    const cache = new ModelCache(stores.models, 5_000, () => 0);
    const answers = await Promise.all([cache.active(), cache.active(), cache.active()]);
    expect(answers).toEqual(new Array(3).fill({ segments: undefined, consumption: undefined }));
    expect(state.reads).toBe(2);
  });

  test('does not remember a read that failed', async () => {
    const { stores, state } = counted();
    await activateModels(stores);
    const cache = new ModelCache(stores.models, 5_000, () => 0);
    state.failing = true;
    await expect(cache.active()).rejects.toThrow('down');
    state.failing = false;
    expect((await cache.active()).segments?.version).toBe('segments-1');
  });
});
