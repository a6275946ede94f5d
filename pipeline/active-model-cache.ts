import type { ActiveModels } from '../operators/batch.ts';
import type { ModelStore } from '../sinks/stores.ts';

/** The active models, read again when older than the stated age or when a record was judged by one not seen yet. */
export class ActiveModelCache {
  readonly #store: ModelStore;
  readonly #ageMsMax: number;
  readonly #nowMs: () => number;
  /** Every segment model version this process has seen active. Grows by one a fit. */
  readonly #seen = new Set<string>();
  #models: ActiveModels | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: ModelStore, options: { ageMsMax: number; nowMs: () => number }) {
    this.#store = store;
    this.#ageMsMax = options.ageMsMax;
    this.#nowMs = options.nowMs;
  }

  async current(): Promise<ActiveModels> {
    if (this.#models && this.#nowMs() - this.#readAtMs < this.#ageMsMax) return this.#models;
    return this.refresh();
  }

  /** The active models, read again first if one of the versions is unknown here. */
  async atLeast(segmentVersions: readonly (string | undefined)[]): Promise<ActiveModels> {
    const models = await this.current();
    const stale = segmentVersions.some((version) => version !== undefined && !this.#seen.has(version));
    if (!stale) return models;
    const refreshed = await this.refresh();
    // Whatever is still unknown was active before this process started.
    for (const version of segmentVersions) if (version !== undefined) this.#seen.add(version);
    return refreshed;
  }

  async refresh(): Promise<ActiveModels> {
    const [segments, consumption] = await Promise.all([
      this.#store.active('segments'),
      this.#store.active('consumption'),
    ]);
    this.#models = { segments, consumption };
    this.#readAtMs = this.#nowMs();
    if (segments) this.#seen.add(segments.version);
    return this.#models;
  }
}
