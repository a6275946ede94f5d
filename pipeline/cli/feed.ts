import { decodeDocument } from '../../operators/event/decode-event.ts';
import { createEventProducer } from '../../sinks/event-producer.ts';
import { decodeOptions } from '../decode-options.ts';
import type { EmbeddedHost } from '../hosts/embedded-host.ts';
import { importFile } from '../ingest/import-file.ts';
import { createProgressView } from '../ingest/progress.ts';
import { runSimulator } from '../ingest/run-simulator.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import type { RunSources } from './run-summary.ts';
import type { StartFlags } from './start-command.ts';

export type FeedSummary = NonNullable<RunSources['input']>;

/** What puts events on the stream in this process. */
export interface Feed {
  readonly kind: 'file' | 'simulator' | 'none';
  readonly description: string;
  /** True when what it sends carries its own clock. */
  readonly replays: boolean;
  /** Sends until done or stopped; a summary when there was an end to reach. */
  send(host: EmbeddedHost, stop: AbortSignal): Promise<FeedSummary | undefined>;
}

/**
 * A file when one is named, else simulated purchases, but never on top of imported ones.
 */
export async function chooseFeed(flags: StartFlags, settings: Settings, runtime: Runtime): Promise<Feed> {
  if (flags.input !== undefined) return fileFeed(flags.input, flags, settings, runtime);
  const imports = await runtime.stores.checkpoints.imports();
  const imported = imports.some(({ fingerprint }) => !fingerprint.startsWith('simulator:'));
  if (flags.feed === false || imported || settings.stack === 'aws') {
    return { kind: 'none', description: 'POST /v1/events', replays: false, send: async () => undefined };
  }
  return simulatorFeed(flags, settings, runtime);
}

function simulatorFeed(flags: StartFlags, settings: Settings, runtime: Runtime): Feed {
  return {
    kind: 'simulator',
    description: 'simulated purchases (--input FILE sends real ones, --no-feed none)',
    replays: true,
    async send(host, stop) {
      const producer = createEventProducer({ kinesis: runtime.clients.kinesis, streamName: settings.stream });
      try {
        await runSimulator({
          producer,
          checkpoints: host.stores.checkpoints,
          signal: stop,
          currency: settings.currencies.reportingCurrency,
          ...(flags.seed === undefined ? {} : { seed: flags.seed }),
          ...(flags.customers === undefined ? {} : { customers: flags.customers }),
          ...(typeof flags.speed === 'number' ? { speed: flags.speed } : {}),
        });
        return undefined;
      } finally {
        await producer.close();
      }
    },
  };
}

function fileFeed(path: string, flags: StartFlags, settings: Settings, runtime: Runtime): Feed {
  return {
    kind: 'file',
    description: path,
    replays: true,
    async send(host, stop) {
      const decode = decodeOptions(settings);
      const progress = createProgressView({ label: 'import', stream: process.stderr, nowMs: Date.now });
      const producer = createEventProducer({
        kinesis: runtime.clients.kinesis,
        streamName: settings.stream,
        aggregate: flags.aggregate ?? false,
      });
      try {
        const summary = await importFile({
          path,
          producer,
          checkpoints: host.stores.checkpoints,
          speed: flags.speed ?? 'max',
          reportingCurrency: settings.currencies.reportingCurrency,
          signal: stop,
          accepts: (document) => decodeDocument(document, Date.now(), decode).kind === 'event',
          onProgress: (seen) => progress.update(seen),
        });
        return summary.finished ? summary : undefined;
      } finally {
        progress.stop();
        await producer.close();
      }
    },
  };
}
