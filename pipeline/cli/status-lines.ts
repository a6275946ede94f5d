import type { EmbeddedHost } from '../hosts/embedded-host.ts';
import type { Log } from '../log.ts';
import { pause } from '../pause.ts';

const everyMs = 10_000;

/** Logs one line on where the pipeline stands every ten seconds, while something happens. */
export async function logStatus(host: EmbeddedHost, log: Log, stop: AbortSignal): Promise<void> {
  let shown = '';
  while (!stop.aborted) {
    await pause(everyMs, stop);
    const { counters } = host;
    const nowMs = host.nowMs();
    const state = {
      clock: nowMs > 0 ? new Date(nowMs).toISOString() : undefined,
      events: counters.eventsApplied,
      customers: counters.customers,
      moves: counters.migrationsByCause,
      segments: Object.fromEntries([...counters.segmentCounts].filter(([, count]) => count > 0)),
      quarantined: [...counters.quarantinedByReason.values()].reduce((sum, count) => sum + count, 0),
    };
    const text = JSON.stringify({ ...state, clock: undefined });
    if (text !== shown) log.info({ ...state, moves: { ...state.moves } }, 'running');
    shown = text;
  }
}
