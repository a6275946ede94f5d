import type { CheckpointStore } from '../../sinks/checkpoint-store.ts';

type Checkpoints = Pick<CheckpointStore, 'import' | 'putImport'>;

/** How far one pass over a file has come, kept in the store among the imports. */
export class BackfillPoint {
  readonly #checkpoints: Checkpoints;
  readonly #name: string;
  #done: number;
  #finished: boolean;

  private constructor(checkpoints: Checkpoints, name: string, done: number, finished: boolean) {
    this.#checkpoints = checkpoints;
    this.#name = name;
    this.#done = done;
    this.#finished = finished;
  }

  static async open(checkpoints: Checkpoints, name: string): Promise<BackfillPoint> {
    const found = await checkpoints.import(name);
    return new BackfillPoint(checkpoints, name, found?.sent ?? 0, found?.finished ?? false);
  }

  /** Orders at the beginning of the file that all is done for. */
  get done(): number {
    return this.#done;
  }

  get finished(): boolean {
    return this.#finished;
  }

  async save(done: number, finished: boolean): Promise<void> {
    if (done === this.#done && finished === this.#finished) return;
    // What was finished once stays so: a file does not grow under the same fingerprint.
    const next = this.#finished || finished;
    await this.#checkpoints.putImport({ fingerprint: this.#name, sent: done, finished: next });
    this.#done = done;
    this.#finished = next;
  }
}
