import type { Log } from '../log.ts';

/** Aborts on the first SIGTERM or SIGINT; a second one ends the process at once, which loses nothing but time. */
export function stopSignal(log: Log): AbortSignal {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) {
      log.warn({ signal }, 'stopping at once; the next start does the batches in hand again');
      process.exit(130);
    }
    log.info({ signal }, 'stop asked for');
    stopping.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return stopping.signal;
}
