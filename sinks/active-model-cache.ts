import type { ActiveModels } from '../operators/batch.ts';
import type { ModelStore } from './stores.ts';

export interface ActiveModelCacheOptions {
  /** An activation elsewhere shows here at most this much later, ms. */
  readonly ageMsMax: number;
  /** A clock that never goes back; its zero does not matter. */
  readonly nowMs: () => number;
}

/**
 * The active models, read again when they are as old as allowed, or when a record was judged by one not seen yet.
 * Calls that come together share one read; a read that failed is not remembered.
 */
export class ActiveModelCache {
  readonly #store: ModelStore;
  readonly #options: ActiveModelCacheOptions;
  /** Segment model versions known to be no newer than ours. Grows by one a fit. */
  readonly #seen = new Set<string>();
  #held: { readonly readAtMs: number; readonly models: Promise<ActiveModels> } | undefined;

  constructor(store: ModelStore, options: ActiveModelCacheOptions) {
    this.#store = store;
    this.#options = options;
  }

  current(): Promise<ActiveModels> {
    const { ageMsMax, nowMs } = this.#options;
    if (this.#held && nowMs() - this.#held.readAtMs < ageMsMax) return this.#held.models;
    return this.refresh();
  }

  /**
   * The active models, read again first if one of the versions is unknown here: a record must never be judged by an
   * older model than the one it was judged by already.
   */
  async atLeast(segmentVersions: readonly (string | undefined)[]): Promise<ActiveModels> {
    const models = await this.current();
    const unknown = segmentVersions.filter((version) => version !== undefined && !this.#seen.has(version));
    if (unknown.length === 0) return models;
    const refreshed = await this.refresh();
    // Whatever the table does not name as active by now has been replaced.
    for (const version of unknown) this.#seen.add(version as string);
    return refreshed;
  }

  refresh(): Promise<ActiveModels> {
    const models = this.#read();
    const held = { readAtMs: this.#options.nowMs(), models };
    this.#held = held;
    models.catch(() => {
      if (this.#held === held) this.#held = undefined;
    });
    return models;
  }

  async #read(): Promise<ActiveModels> {
    const [segments, consumption] = await Promise.all([
      this.#store.active('segments'),
      this.#store.active('consumption'),
    ]);
    if (segments) this.#seen.add(segments.version);
    return { segments, consumption };
  }
}
