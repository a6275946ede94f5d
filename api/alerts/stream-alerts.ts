import { setTimeout as pause } from 'node:timers/promises';
import type { EventStream } from '../open-stream.ts';

/** Anything with a place in a feed. */
export interface FeedEntry {
  readonly feedKey: string;
}

/** Reads the feed strictly after a key (undefined: from the oldest on), at most one page. */
export type ReadFeed<Entry extends FeedEntry> = (after: string | undefined) => Promise<readonly Entry[]>;

/** Where a stream begins: the key, and the page that was read after it already. */
export interface StreamStart<Entry extends FeedEntry> {
  readonly after: string | undefined;
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

/** Milliseconds the client should wait before it comes back. */
const retryMs = 2_000;

/**
 * Writes alerts as Server-Sent Events until the stream ends: each with its feed key as id, and a comment after silence.
 * A client that reads slowly holds the reading of the feed back, so nothing piles up: at most one page is held.
 * The feed gives entries in the order of their keys and passes none over, so the last key written is all that a
 * client needs to go on exactly where it stopped.
 */
export async function streamAlerts<Entry extends FeedEntry>(
  { write, ending }: EventStream,
  read: ReadFeed<Entry>,
  start: StreamStart<Entry>,
  options: StreamAlertsOptions<Entry>,
): Promise<void> {
  let after = start.after;
  let lastWriteMs = performance.now();
  const send = async (text: string) => {
    await write(text);
    lastWriteMs = performance.now();
  };
  const writeAll = async (page: readonly Entry[]) => {
    for (const entry of page) {
      const presented = options.present(entry);
      if (presented !== undefined) {
        const data = JSON.stringify(presented);
        await send(`event: ${options.event}\nid: ${entry.feedKey}\ndata: ${data}\n\n`);
      }
      after = entry.feedKey;
    }
  };
  await send(`retry: ${retryMs}\n: following\n\n`);
  await writeAll(start.page);
  let failures = 0;
  while (!ending.aborted) {
    try {
      const page = await read(after);
      failures = 0;
      await writeAll(page);
      if (page.length > 0) continue;
    } catch (error) {
      failures += 1;
      options.onReadFailure(error, failures);
      if (failures >= failuresMax) return;
    }
    if (performance.now() - lastWriteMs >= options.heartbeatMs) await send(': heartbeat\n\n');
    await pauseUnless(ending, Math.min(options.pollMs, options.heartbeatMs));
  }
}

async function pauseUnless(ending: AbortSignal, ms: number): Promise<void> {
  try {
    await pause(ms, undefined, { signal: ending });
  } catch (error) {
    if (!ending.aborted) throw error;
  }
}
