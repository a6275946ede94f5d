import type { Readable } from 'node:stream';
import { protocolError } from './protocol.ts';

export interface LineInboxOptions {
  /** Longest line, bytes. Default 64 MiB: one read of a shard gives at most 10 MiB, a third more in base64. */
  readonly lineBytesMax?: number;
  /** Lines that may wait. Default 16; the daemon waits for an answer after each, so more is a breach of protocol. */
  readonly waitingMax?: number;
}

const newline = 0x0a;

/** Takes apart a stream of lines as they come, and tells at once when the other side has closed it. */
export class LineInbox {
  readonly #lineBytesMax: number;
  readonly #waitingMax: number;
  readonly #closing = new AbortController();
  readonly #waiting: string[] = [];
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(input: Readable, options: LineInboxOptions = {}) {
    this.#lineBytesMax = options.lineBytesMax ?? 64 * 1024 * 1024;
    this.#waitingMax = options.waitingMax ?? 16;
    input.on('data', (chunk: Buffer | string) => this.#take(Buffer.from(chunk)));
    input.once('end', () => this.#close());
    input.once('close', () => this.#close());
    input.once('error', (error) => this.#close(error));
  }

  /** Aborted as soon as nothing more can come, also while lines still wait. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * The next line that is not blank; undefined once the stream is closed and every line was given.
   * @throws DependencyError `kcl-protocol` when a line or the queue is beyond its bound; Error when reading failed.
   */
  async next(): Promise<string | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const line = this.#waiting.shift();
      if (line !== undefined) return line;
      if (this.#closing.signal.aborted) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, end));
      this.#finishLine();
      from = end + 1;
    }
    this.#add(chunk.subarray(from));
    this.#wakeUp();
  }

  #add(part: Buffer): void {
    this.#partialBytes += part.byteLength;
    if (this.#partialBytes <= this.#lineBytesMax) this.#partial.push(part);
    else this.#fail(`a line of the daemon is longer than ${this.#lineBytesMax} bytes`);
  }

  #finishLine(): void {
    const line = Buffer.concat(this.#partial).toString('utf8').trim();
    this.#partial = [];
    this.#partialBytes = 0;
    if (line === '') return;
    if (this.#waiting.length >= this.#waitingMax) {
      this.#fail(
        `${this.#waitingMax} lines of the daemon wait already; it goes on without waiting for answers`,
      );
    } else this.#waiting.push(line);
  }

  #fail(message: string): void {
    this.#partial = [];
    this.#failure ??= protocolError(message);
    this.#wakeUp();
  }

  #close(error?: Error): void {
    this.#failure ??= error;
    this.#closing.abort();
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
