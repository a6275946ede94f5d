import type { CheckpointStore, ImportCheckpoint } from '../../sinks/checkpoint-store.ts';
import type { SendClock } from './send-clock.ts';

const saveEveryMs = 1_000;
const saveEveryEvents = 1_000;

/**
 * How far a replay has come, kept in the store: written when 1,000 events or a second have passed since the last write,
 * and when told to. A crash loses at most that much, plus the puts then under way, and sends it again; the events' ids
 * make that harmless.
 */
export class ResumePoint {
  readonly #store: Pick<CheckpointStore, 'putImport'>;
  readonly #clock: SendClock;
  readonly #fingerprint: string;
  #saved: ImportCheckpoint;
  #savedAtMs: number;

  /** @param found what the store holds for the fingerprint; undefined at the first run. */
  constructor(
    fingerprint: string,
    found: ImportCheckpoint | undefined,
    store: Pick<CheckpointStore, 'putImport'>,
    clock: SendClock,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#fingerprint = fingerprint;
    this.#saved = found ?? { fingerprint, sent: 0, finished: false };
    this.#savedAtMs = clock.nowMs();
  }

  /** What is stored: a run begins after these. */
  get saved(): ImportCheckpoint {
    return this.#saved;
  }

  /** Writes that nothing has been sent yet; throws as the store does. */
  begin(): Promise<void> {
    return this.#write({ fingerprint: this.#fingerprint, sent: 0, finished: false });
  }

  /** @throws TidemarkError of the store. */
  async advance(sent: number): Promise<void> {
    const enough = sent - this.#saved.sent >= saveEveryEvents;
    if (enough || this.#clock.nowMs() - this.#savedAtMs >= saveEveryMs) await this.save(sent, false);
  }

  /** @throws TidemarkError of the store. */
  async save(sent: number, finished: boolean): Promise<void> {
    if (sent === this.#saved.sent && finished === this.#saved.finished) return;
    await this.#write({ fingerprint: this.#fingerprint, sent, finished });
  }

  async #write(next: ImportCheckpoint): Promise<void> {
    await this.#store.putImport(next);
    this.#saved = next;
    this.#savedAtMs = this.#clock.nowMs();
  }
}
