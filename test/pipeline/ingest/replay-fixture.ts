import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PurchaseDocument } from '../../../operators/event/event-document.ts';
import type { SendClock } from '../../../pipeline/ingest/send-clock.ts';
import type { CheckpointStore, ImportCheckpoint } from '../../../sinks/checkpoint-store.ts';
import type { EventProducer } from '../../../sinks/event-producer.ts';
import type { PutResult } from '../../../sinks/put-lanes.ts';

export const header = 'eventTime,customerId,orderId,productId,category,quantity,unitPrice,currency';

/** Writes a file that is gone after the test. */
export async function temporaryFile(content: string | Uint8Array, name = 'orders.csv'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

export function csv(...lines: string[]): string {
  return `${[header, ...lines].join('\n')}\n`;
}

/** Everything the stream was given, in order: events by their ids, ticks by their instants. */
export interface StreamLog {
  readonly producer: EventProducer;
  readonly entries: ({ readonly event: PurchaseDocument } | { readonly tick: string })[];
  events(): PurchaseDocument[];
  ticks(): string[];
}

/** A stream that acknowledges a turn later. @param failAt number of the event, from 1, that it refuses. */
export function streamLog(options: { failAt?: number; onPut?: (count: number) => void } = {}): StreamLog {
  const entries: StreamLog['entries'] = [];
  let count = 0;
  let underWay = 0;
  const producer: EventProducer = {
    async put(records) {
      underWay += 1;
      const results = records.map((record): PutResult => {
        count += 1;
        if (count === options.failAt) return { ok: false, error: 'given up after 10 calls', retryable: true };
        entries.push({ event: JSON.parse(new TextDecoder().decode(record.data)) as PurchaseDocument });
        return { ok: true, shardId: 'shard-0', sequenceNumber: String(count) };
      });
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      options.onPut?.(count);
      return results;
    },
    async putTick(upToMs) {
      if (underWay > 0) throw new Error('a tick went out while events were under way');
      entries.push({ tick: new Date(upToMs).toISOString() });
    },
    flush: async () => {},
    close: async () => {},
  };
  return {
    producer,
    entries,
    events: () => entries.flatMap((entry) => ('event' in entry ? [entry.event] : [])),
    ticks: () => entries.flatMap((entry) => ('tick' in entry ? [entry.tick] : [])),
  };
}

export interface MemoryCheckpoints extends Pick<CheckpointStore, 'import' | 'imports' | 'putImport'> {
  readonly stored: Map<string, ImportCheckpoint>;
  readonly writes: ImportCheckpoint[];
}

export function memoryCheckpoints(): MemoryCheckpoints {
  const stored = new Map<string, ImportCheckpoint>();
  const writes: ImportCheckpoint[] = [];
  return {
    stored,
    writes,
    import: async (fingerprint) => stored.get(fingerprint),
    imports: async () => [...stored.values()],
    async putImport(checkpoint) {
      writes.push(checkpoint);
      stored.set(checkpoint.fingerprint, checkpoint);
    },
  };
}

/** A clock that stands still until someone sleeps. */
export function testClock(startMs: number): SendClock & { readonly sleeps: number[] } {
  let nowMs = startMs;
  const sleeps: number[] = [];
  return {
    sleeps,
    nowMs: () => nowMs,
    async sleepUntil(atMs, signal) {
      if (signal.aborted) return;
      sleeps.push(atMs);
      nowMs = Math.max(nowMs, atMs);
    },
  };
}
