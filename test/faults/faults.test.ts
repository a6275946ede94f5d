import { describe, expect, test } from 'vitest';
import { safeguardNamed } from './safeguards.ts';
import { runSchedule } from './schedule.ts';

/** Schedules within which a removed safeguard must show; the full run looks further. */
const seedsMax = 60;

describe('the fault simulator', () => {
  test('finds nothing that differs from one pass in order', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { problems, mode } = await runSchedule({ seed });
      expect(problems, `SEED=${seed} (${mode})`).toEqual([]);
    }
  }, 60_000);

  test('replays a seed call by call', async () => {
    const first = await runSchedule({ seed: 7, tracing: true });
    const second = await runSchedule({ seed: 7, tracing: true });
    expect(first.trace.length).toBeGreaterThan(100);
    expect(second.trace).toEqual(first.trace);
  });

  test.each([
    'version condition',
    'duplicate marks',
    'outbox',
    'commit order: customers before the checkpoint',
  ])(
    'notices that this is missing: %s',
    async (name) => {
      const removed = safeguardNamed(name);
      for (let seed = 1; seed <= seedsMax; seed += 1) {
        const { problems } = await runSchedule({ seed, removed });
        if (problems.length === 0) continue;
        // For want of the safeguard, and for nothing else.
        expect(problems.join()).not.toMatch(/broke off|come to its end/);
        expect((await runSchedule({ seed })).problems).toEqual([]);
        return;
      }
      expect.fail(`no schedule of ${seedsMax} failed without it`);
    },
    60_000,
  );
});
