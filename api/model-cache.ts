import type { ActiveModels } from '../operators/batch.ts';
import type { ModelKind, ModelStore } from '../sinks/stores.ts';

/**
 * Reads the active models, at most once per `ageMsMax`; requests that come together share one read.
 * So an activation shows in answers at most `ageMsMax` later. Holds one model a kind. A failed read is
 * not remembered: it fails the requests that waited for it, and the next request reads again.
 */
export class ModelCache {
  readonly #store: ModelStore;
  readonly #ageMsMax: number;
  readonly #nowMs: () => number;
  #held: { readonly readAtMs: number; readonly models: Promise<ActiveModels> } | undefined;

  /** @param nowMs a clock that never goes back; its zero does not matter. */
  constructor(store: ModelStore, ageMsMax: number, nowMs: () => number = () => performance.now()) {
    this.#store = store;
    this.#ageMsMax = ageMsMax;
    this.#nowMs = nowMs;
  }

  active(): Promise<ActiveModels> {
    const nowMs = this.#nowMs();
    if (this.#held !== undefined && nowMs - this.#held.readAtMs < this.#ageMsMax) return this.#held.models;
    const models = this.#read();
    const held = { readAtMs: nowMs, models };
    this.#held = held;
    models.catch(() => {
      if (this.#held === held) this.#held = undefined;
    });
    return models;
  }

  async #read(): Promise<ActiveModels> {
    const active = <K extends ModelKind>(kind: K) => this.#store.active(kind);
    const [segments, consumption] = await Promise.all([active('segments'), active('consumption')]);
    return { segments, consumption };
  }
}
