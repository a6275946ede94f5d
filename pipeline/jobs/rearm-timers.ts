import { msPerDay, utcDay } from '../../operators/state/customer-state.ts';
import type { Stores } from '../../sinks/stores.ts';

/** Timers taken in hand at a time. */
const pageMax = 100;

/** A sweep looks from the whole day on that lies this long before the last one, ms; see `sweepTimers`. */
const overlapMs = 60_000;

/**
 * Sets timers that lie before the days the next sweep looks at to where the clock stands, so that it finds them. A job
 * leaves such timers when it writes beside an event clock that runs through days in the meantime; on the wall clock
 * there are none. The moves they make keep their exact instants.
 *
 * @returns how many were set
 */
export async function rearmTimers({ checkpoints, customers }: Pick<Stores, 'checkpoints' | 'customers'>) {
  // An index that lags behind its table goes on showing those just set.
  const seen = new Set<string>();
  let rearmed = 0;
  for (;;) {
    const clock = await checkpoints.clock();
    if (clock === undefined) return rearmed;
    const untilMs = utcDay(clock.sweptToMs - overlapMs) * msPerDay - 1;
    if (untilMs < 0) return rearmed;
    const due = await customers.due({ fromMs: 0, untilMs }, pageMax + seen.size);
    const fresh = due.filter(({ customerId, timerAtMs }) => !seen.has(`${timerAtMs} ${customerId}`));
    const page = fresh.slice(0, pageMax);
    if (page.length === 0) return rearmed;
    for (const { customerId, timerAtMs } of page) {
      const record = await customers.get(customerId);
      if (record?.timerAtMs === timerAtMs) {
        const next = { ...record, version: record.version + 1, timerAtMs: clock.sweptToMs };
        // Who lost the race is looked at again with the next page.
        if ((await customers.put(next)) === 'conflict') continue;
        rearmed += 1;
      }
      seen.add(`${timerAtMs} ${customerId}`);
    }
  }
}
