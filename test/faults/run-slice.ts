import { safeguardNamed } from './safeguards.ts';
import { runSchedule } from './schedule.ts';

/** Schedules for one process to run; `removed` names the safeguard taken away, undefined none. */
export interface SliceRequest {
  readonly seeds: readonly number[];
  readonly removed: string | undefined;
}

/** What one schedule came to, as it travels between processes. */
export interface SliceResult {
  readonly seed: number;
  readonly mode: string;
  readonly problems: readonly string[];
  readonly faults: readonly (readonly [string, number])[];
  readonly crashPoints: readonly string[];
  readonly events: number;
  readonly calls: number;
  readonly comparable: boolean;
}

// Whoever started this has ended: nobody is there to tell.
process.on('disconnect', () => process.exit());
process.on('message', (request: SliceRequest) => {
  const work = async () => {
    const removed = safeguardNamed(request.removed);
    for (const seed of request.seeds) {
      const { trace: _, faults, ...outcome } = await runSchedule({ seed, removed });
      const result: SliceResult = { ...outcome, faults: [...faults] };
      process.send?.(result);
    }
    process.send?.('done');
  };
  work().catch((error: unknown) => {
    throw error;
  });
});
