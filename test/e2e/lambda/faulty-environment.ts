import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, KinesisStreamEvent } from 'aws-lambda';
import { ThrottledError } from '../../../operators/errors.ts';
import { recordConsumer } from '../../../pipeline/hosts/lambda/consume-records.ts';
import type { WarmStart } from '../../../pipeline/hosts/lambda/warm-start.ts';
import type { Random } from '../../../pipeline/ingest/random.ts';
import type { Stores } from '../../../sinks/stores.ts';
import {
  EnvironmentCrashed,
  InvocationThrottled,
  type StreamFunction,
} from '../../fixtures/event-source-options.ts';

/** What can go wrong with one invocation, and how often. */
export const faultShares = {
  /** The service has no room for it. */
  'not invoked': 0.02,
  'function error': 0.03,
  'crash before': 0.03,
  /** Everything took effect, and nobody hears of it. */
  'crash after': 0.05,
  /** At one of its calls, whose effect is there or not; from then on nothing more. */
  'crash within': 0.06,
  /** Its process is given up, and goes on writing a moment later. */
  zombie: 0.04,
  /** One of its calls never comes back. */
  hang: 0.01,
  /** One call in 250 is refused, or takes effect without an answer. */
  throttling: 0.15,
} as const;

export type FaultName = keyof typeof faultShares;

export interface FaultyEnvironmentOptions {
  readonly random: Random;
  /** True while the deployed version is broken: every invocation throws. */
  readonly broken: () => boolean;
  readonly onFault: (name: FaultName | 'broken version') => void;
}

/** An execution environment of the consumer that suffers faults, all chosen by the random numbers. */
export function faultyEnvironment(
  open: (stores: (real: Stores) => Stores) => WarmStart,
  { random, broken, onFault }: FaultyEnvironmentOptions,
): StreamFunction {
  let current: Trouble | undefined;
  const warm = open((real) => troubled(real, () => current));
  const consume = recordConsumer(warm);
  return async (event: KinesisStreamEvent, context: Context) => {
    if (broken()) {
      onFault('broken version');
      throw new Error('a broken version');
    }
    const fault = chooseFault(random);
    if (fault) onFault(fault);
    if (fault === 'not invoked') throw new InvocationThrottled('no room');
    if (fault === 'function error') throw new Error('an error of the function');
    if (fault === 'crash before') throw new EnvironmentCrashed(fault);
    current = undefined;
    if (fault === 'throttling') current = throttling(random);
    if (fault === 'crash within' || fault === 'zombie' || fault === 'hang') {
      const trouble = brokenOff(fault, 1 + Math.floor(random.uniform() * 12), random.uniform() < 0.5);
      current = trouble;
      const answer = consume(event, context);
      answer.catch(() => {});
      return Promise.race([answer, trouble.crashed]);
    }
    const answer = await consume(event, context);
    if (fault === 'crash after') throw new EnvironmentCrashed(fault);
    return answer;
  };
}

function chooseFault(random: Random): FaultName | undefined {
  let number = random.uniform();
  for (const [name, share] of Object.entries(faultShares)) {
    number -= share;
    if (number < 0) return name as FaultName;
  }
  return undefined;
}

/** What happens around each call to a store. */
interface Trouble {
  call<T>(effect: () => Promise<T>): Promise<T>;
}

function throttling(random: Random): Trouble {
  return {
    async call(effect) {
      const number = random.uniform();
      if (number < 0.002) throw new ThrottledError('throttled', 'too fast', { retryable: true });
      const result = await effect();
      if (number < 0.004) throw new ThrottledError('throttled', 'no answer', { retryable: true });
      return result;
    },
  };
}

const zombieSleepMs = 300;

function brokenOff(
  fault: 'crash within' | 'zombie' | 'hang',
  atCall: number,
  takesEffect: boolean,
): Trouble & { readonly crashed: Promise<never> } {
  let calls = 0;
  let crash: () => void = () => {};
  const crashed = new Promise<never>((_, reject) => {
    crash = () => reject(new EnvironmentCrashed(fault));
  });
  crashed.catch(() => {});
  const never = new Promise<never>(() => {});
  return {
    crashed,
    async call(effect) {
      calls += 1;
      if (calls < atCall || (fault === 'hang' && calls > atCall)) return effect();
      if (fault === 'hang') return never;
      if (fault === 'zombie') {
        crash();
        await sleep(zombieSleepMs);
        return effect();
      }
      if (calls === atCall && takesEffect) await effect();
      crash();
      return never;
    },
  };
}

function troubled(stores: Stores, current: () => Trouble | undefined): Stores {
  const wrap = <T extends object>(store: T): T =>
    new Proxy(store, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        return (...input: unknown[]) => {
          const effect = async (): Promise<unknown> => method.apply(target, input);
          return current()?.call(effect) ?? effect();
        };
      },
    });
  const entries = Object.entries(stores).map(([role, store]) => [role, wrap(store as object)]);
  return Object.fromEntries(entries) as unknown as Stores;
}
