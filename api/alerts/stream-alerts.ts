import { setTimeout as pause } from 'node:timers/promises';
import type { EventStream } from '../open-stream.ts';

/** Anything with a place in a feed. */
export interface FeedEntry {
  readonly feedKey: string;
}

/** Reads the feed strictly after a key, at most one page. */
export type ReadFeed<Entry extends FeedEntry> = (after: string) => Promise<readonly Entry[]>;

/** Where a stream begins: the key, and the page that was read after it already. */
export interface StreamStart<Entry extends FeedEntry> {
  readonly after: string;
  /** The client named the key. */
  readonly isKnown: boolean;
  readonly page: readonly Entry[];
}

export interface StreamAlertsOptions<Entry extends FeedEntry> {
  /** Type of the events. */
  readonly event: string;
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** The data of an entry's event; undefined leaves it out. */
  readonly present: (entry: Entry) => unknown;
  readonly onReadFailure: (error: unknown, failures: number) => void;
}

/** Reads in a row that may fail before the stream ends; the client then comes back with its Last-Event-ID. */
const failuresMax = 10;

/** Milliseconds the client should wait before it comes back: after a break, and after its turn. */
const retryMs = 2_000;
const nextTurnMs = 5_000;

/**
 * Pages given in one turn, so that the answer keeps within 6 MB, the most a Lambda function may answer; and the time after
 * which no further page is read, ms, since what has not been answered within 29 s is lost. Who is not at the end then comes
 * back sooner.
 */
const turnPagesMax = 10;
const turnMsMax = 5_000;
const unfinishedTurnMs = 500;

/**
 * Writes alerts as Server-Sent Events until the stream ends, or its turn: each with its feed key as id, and a comment after
 * silence. An event `following` tells the client's place where nothing else did, at the beginning and after entries were
 * passed over, so that whoever comes back misses none and reads none again.
 * A client that reads slowly holds the reading of the feed back, so nothing piles up: at most one page is held.
 * The feed gives entries in the order of their keys and passes none over, so the last key written is all that a
 * client needs to go on exactly where it stopped.
 */
export async function streamAlerts<Entry extends FeedEntry>(
  stream: EventStream,
  read: ReadFeed<Entry>,
  start: StreamStart<Entry>,
  options: StreamAlertsOptions<Entry>,
): Promise<void> {
  const begunMs = performance.now();
  const client = new FollowingClient(stream, start, options);
  await client.begin();
  let page = start.page;
  let failures = 0;
  for (let pages = 1; !stream.ending.aborted; pages += 1) {
    await client.writeAll(page);
    if (stream.inTurns) {
      if (page.length === 0) return client.tellPlace();
      const isOver = pages >= turnPagesMax || performance.now() - begunMs >= turnMsMax;
      if (isOver) return client.endUnfinished();
    } else {
      await client.keepOpen();
      if (page.length === 0) await client.pause();
    }
    try {
      page = await read(client.after);
      failures = 0;
    } catch (error) {
      failures += 1;
      options.onReadFailure(error, failures);
      if (failures >= failuresMax || stream.inTurns) return client.tellPlace();
      page = [];
    }
  }
}

/** What one client has been told. */
class FollowingClient<Entry extends FeedEntry> {
  readonly #stream: EventStream;
  readonly #options: StreamAlertsOptions<Entry>;
  /** The place up to which the feed has been read for it. */
  after: string;
  /** The last id it had of us. */
  #told: string | undefined;
  #lastWriteMs = performance.now();

  constructor(
    stream: EventStream,
    { after, isKnown }: StreamStart<Entry>,
    options: StreamAlertsOptions<Entry>,
  ) {
    this.#stream = stream;
    this.after = after;
    this.#told = isKnown ? after : undefined;
    this.#options = options;
  }

  async begin(): Promise<void> {
    await this.#send(`retry: ${this.#stream.inTurns ? nextTurnMs : retryMs}\n\n`);
    await this.tellPlace();
  }

  async tellPlace(): Promise<void> {
    if (this.#told === this.after) return;
    await this.#send(`event: following\nid: ${this.after}\ndata: {}\n\n`);
    this.#told = this.after;
  }

  async writeAll(page: readonly Entry[]): Promise<void> {
    const { event, present } = this.#options;
    for (const entry of page) {
      const presented = present(entry);
      if (presented !== undefined) {
        await this.#send(`event: ${event}\nid: ${entry.feedKey}\ndata: ${JSON.stringify(presented)}\n\n`);
        this.#told = entry.feedKey;
      }
      this.after = entry.feedKey;
    }
  }

  /** Ends a turn before the end of the feed. */
  async endUnfinished(): Promise<void> {
    await this.#send(`retry: ${unfinishedTurnMs}\n\n`);
    await this.tellPlace();
  }

  /** After silence tells the place, if it is news, or sends a comment. */
  async keepOpen(): Promise<void> {
    if (performance.now() - this.#lastWriteMs < this.#options.heartbeatMs) return;
    if (this.#told === this.after) await this.#send(': heartbeat\n\n');
    else await this.tellPlace();
  }

  /** Until the feed is worth another look. */
  async pause(): Promise<void> {
    const { pollMs, heartbeatMs } = this.#options;
    await pauseUnless(this.#stream.ending, Math.min(pollMs, heartbeatMs));
  }

  async #send(text: string): Promise<void> {
    await this.#stream.write(text);
    this.#lastWriteMs = performance.now();
  }
}

async function pauseUnless(ending: AbortSignal, ms: number): Promise<void> {
  try {
    await pause(ms, undefined, { signal: ending });
  } catch (error) {
    if (!ending.aborted) throw error;
  }
}
