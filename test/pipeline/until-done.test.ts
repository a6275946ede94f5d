import { describe, expect, test } from 'vitest';
import { DependencyError, InvariantError } from '../../operators/errors.ts';
import { untilDone } from '../../pipeline/until-done.ts';
import { silentLog } from '../fixtures/pipeline-bench.ts';

const outage = () => new DependencyError('outage', 'no table', { retryable: true });

function options(signal = new AbortController().signal) {
  return { signal, log: silentLog, what: 'this test' };
}

describe('untilDone', () => {
  test('gives what the work gives, the first time it succeeds', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw outage();
      return 'done';
    };
    expect(await untilDone(work, options())).toBe('done');
    expect(tries).toBe(3);
  });

  test.each([
    new InvariantError('never'),
    new DependencyError('refused', 'no permission', { retryable: false }),
    new TypeError('unforeseen'),
  ])('does not try again what trying again can not mend: $message', async (error) => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw error;
    };
    await expect(untilDone(work, options())).rejects.toBe(error);
    expect(tries).toBe(1);
  });

  test('gives nothing once stopped: before it began, and in the midst of a wait', async () => {
    const stopped = AbortSignal.abort();
    expect(await untilDone(async () => 'done', options(stopped))).toBeUndefined();
    const stopping = new AbortController();
    const work = async () => {
      setImmediate(() => stopping.abort());
      throw outage();
    };
    expect(await untilDone(work, options(stopping.signal))).toBeUndefined();
  });

  test('gives nothing when what fails was stopped meanwhile, though a bug still shows', async () => {
    const stopping = new AbortController();
    const failing = (error: Error) => async () => {
      stopping.abort();
      throw error;
    };
    expect(await untilDone(failing(outage()), options(stopping.signal))).toBeUndefined();
    const other = new AbortController();
    const broken = async () => {
      other.abort();
      throw new TypeError('unforeseen');
    };
    await expect(untilDone(broken, options(other.signal))).rejects.toThrow(TypeError);
  });

  test('waits longer each time, and starts over once the work got somewhere', async () => {
    const waits: number[] = [];
    const log = { ...silentLog, warn: ({ delayMs }: { delayMs: number }) => waits.push(delayMs) };
    let tries = 0;
    const work = async (progressed: () => void) => {
      tries += 1;
      if (tries === 3) progressed();
      if (tries < 5) throw outage();
      return tries;
    };
    expect(await untilDone(work, { ...options(), log: log as never })).toBe(5);
    expect(waits).toEqual([200, 400, 200, 400]);
  });
});
