import { describe, expect, test } from 'vitest';
import { DependencyError } from '../../operators/errors.ts';
import { EventClock } from '../../pipeline/event-clock.ts';

/** A clock with what it did written down, and a producer that can be switched off. */
function openClock(options: { startMs?: number; onAdvance?: (toMs: number) => Promise<void> } = {}) {
  const log: string[] = [];
  const held = { producing: true };
  const clock = new EventClock({
    startMs: options.startMs,
    producing: () => held.producing,
    onAdvance: async (toMs) => {
      log.push(`advance ${toMs}`);
      await options.onAdvance?.(toMs);
    },
  });
  return {
    clock,
    log,
    held,
    /** Comes to a tick after something was read or stored, as a shard does. */
    async arrive(shardId: string, upToMs: number): Promise<void> {
      await settle();
      try {
        await clock.arrive(shardId, upToMs);
        log.push(`${shardId} passes ${upToMs}`);
      } catch (error) {
        log.push(`${shardId} fails: ${(error as Error).message}`);
      }
    },
  };
}

/** Lets everything that can go on without new input go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('EventClock', () => {
  test('a shard at its end holds the clock until it is taken out, which lets those who wait for it go on', async () => {
    const { clock, log, held, arrive } = openClock();
    held.producing = false;
    clock.add('parent');
    clock.add('other');
    const waiting = arrive('other', 10);
    clock.observe('parent', { watermarkMs: 5, atTip: false });
    await settle();
    await settle();
    expect(log).toEqual([]);
    clock.add('child');
    clock.remove('parent');
    await settle();
    expect(log).toEqual([]);
    await Promise.all([waiting, arrive('child', 10)]);
    expect(log).toEqual(['advance 10', 'other passes 10', 'child passes 10']);

    const last = arrive('other', 20);
    await settle();
    await settle();
    clock.remove('child');
    await last;
    expect(log.slice(3)).toEqual(['advance 20', 'other passes 20']);
  });

  test('lets nobody pass a tick before every shard has come to it, and timers fire first', async () => {
    const { clock, log, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    const first = arrive('a', 10);
    await settle();
    await settle();
    expect(log).toEqual([]);
    expect(clock.nowMs()).toBeUndefined();
    await Promise.all([first, arrive('b', 10)]);
    expect(log).toEqual(['advance 10', 'a passes 10', 'b passes 10']);
    expect(clock.nowMs()).toBe(10);
  });

  test('moves to the earliest of different ticks, and holds the others', async () => {
    const { clock, log, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    const later = arrive('a', 20);
    await arrive('b', 10);
    expect(log).toEqual(['advance 10', 'b passes 10']);
    await Promise.all([later, arrive('b', 20)]);
    expect(log.slice(2)).toEqual(['advance 20', 'a passes 20', 'b passes 20']);
  });

  test('is not seen to move before its timers have fired', async () => {
    let finish: () => void = () => {};
    const fired = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { clock, log, arrive } = openClock({ startMs: 5, onAdvance: () => fired });
    clock.add('a');
    const arrived = arrive('a', 10);
    await settle();
    await settle();
    expect([clock.nowMs(), ...log]).toEqual([5, 'advance 10']);
    finish();
    await arrived;
    expect(clock.nowMs()).toBe(10);
  });

  test('never runs its timers twice at once', async () => {
    let running = 0;
    let most = 0;
    const { clock, arrive } = openClock({
      onAdvance: async () => {
        running += 1;
        most = Math.max(most, running);
        await settle();
        running -= 1;
      },
    });
    for (const shard of ['a', 'b', 'c']) clock.add(shard);
    for (let upToMs = 1; upToMs <= 5; upToMs += 1) {
      await Promise.all(['a', 'b', 'c'].map((shard) => arrive(shard, upToMs)));
    }
    expect(most).toBe(1);
    expect(clock.nowMs()).toBe(5);
  });

  test('lets a tick pass at once that it has come to already, as after a restart', async () => {
    const { clock, log, arrive } = openClock({ startMs: 10 });
    clock.add('a');
    clock.add('b');
    await arrive('a', 10);
    await arrive('a', 3);
    expect(log).toEqual(['a passes 10', 'a passes 3']);
  });

  test('waits for a quiet shard while a producer sends, and no longer once it has stopped', async () => {
    const { clock, log, held, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    clock.observe('b', { watermarkMs: undefined, atTip: true });
    const arrived = arrive('a', 10);
    await settle();
    await clock.idle();
    expect(log).toEqual([]);
    held.producing = false;
    await clock.idle();
    await arrived;
    expect(log).toEqual(['advance 10', 'a passes 10']);
  });

  test('with nothing left to read and no producer moves to the newest event', async () => {
    const { clock, log, held } = openClock({ startMs: 5 });
    held.producing = false;
    clock.add('a');
    clock.add('b');
    clock.observe('a', { watermarkMs: 7, atTip: true });
    await clock.idle();
    expect(log).toEqual([]);
    clock.observe('b', { watermarkMs: 30, atTip: true });
    await clock.idle();
    expect(log).toEqual(['advance 30']);
    await clock.idle();
    expect(log).toEqual(['advance 30']);
  });

  test('with nothing left to read comes to the newest event of shards that have ended, too', async () => {
    const { clock, log, held } = openClock();
    held.producing = false;
    clock.seen(40);
    clock.seen(undefined);
    clock.add('a');
    clock.observe('a', { watermarkMs: 7, atTip: true });
    await clock.idle();
    expect(log).toEqual(['advance 40']);
  });

  test('stands still for a stream without events', async () => {
    const { clock, log, held } = openClock();
    held.producing = false;
    clock.add('a');
    clock.observe('a', { watermarkMs: undefined, atTip: true });
    await clock.idle();
    expect([clock.nowMs(), ...log]).toEqual([undefined]);
  });

  test('does not go beyond a shard that still has records', async () => {
    const { clock, log, held } = openClock();
    held.producing = false;
    clock.add('a');
    clock.add('b');
    clock.observe('a', { watermarkMs: 30, atTip: true });
    clock.observe('b', { watermarkMs: 4, atTip: false });
    await clock.idle();
    expect(log).toEqual([]);
  });

  test('no longer waits for a shard that has ended', async () => {
    const { clock, log, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    clock.remove('b');
    await arrive('a', 10);
    expect(log).toEqual(['advance 10', 'a passes 10']);
  });

  test('ignores shards it does not know', async () => {
    const { clock, log, arrive } = openClock();
    clock.observe('x', { watermarkMs: 5, atTip: true });
    await arrive('x', 10);
    expect([clock.nowMs(), ...log]).toEqual([undefined, 'x passes 10']);
  });

  test('fails whoever waits when the timers fail, does not move, and tries again', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    let broken = true;
    const { clock, log, arrive } = openClock({
      onAdvance: async () => {
        if (broken) throw new DependencyError('outage', 'no table', { retryable: true });
      },
    });
    clock.add('a');
    clock.add('b');
    await Promise.all([arrive('a', 10), arrive('b', 10)]);
    expect(log).toEqual(['advance 10', 'a fails: no table', 'b fails: no table']);
    expect(clock.nowMs()).toBeUndefined();
    broken = false;
    await Promise.all([arrive('a', 10), arrive('b', 10)]);
    expect(log.slice(3)).toEqual(['advance 10', 'a passes 10', 'b passes 10']);
    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('tells a shard at its tip when the timers fail', async () => {
    const { clock, held } = openClock({
      onAdvance: async () => {
        throw new DependencyError('outage', 'no table', { retryable: true });
      },
    });
    held.producing = false;
    clock.add('a');
    clock.observe('a', { watermarkMs: 3, atTip: true });
    await expect(clock.idle()).rejects.toMatchObject({ code: 'outage' });
  });

  test('abandoned lets nobody pass: their batches are done again at the next start', async () => {
    const { clock, log, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    const arrived = arrive('a', 10);
    await settle();
    clock.abandon();
    await arrived;
    expect(log).toEqual(['a fails: the clock was stopped before it came to the tick']);
    // Nor one that comes later: a batch that was being written when the clock was abandoned.
    await expect(clock.arrive('a', 11)).rejects.toMatchObject({ code: 'stopping' });
  });

  test('retired lets everybody pass', async () => {
    const { clock, log, arrive } = openClock();
    clock.add('a');
    clock.add('b');
    const arrived = arrive('a', 10);
    await settle();
    clock.retire();
    await arrived;
    await arrive('b', 10);
    expect(log).toEqual(['a passes 10', 'b passes 10']);
  });
});
