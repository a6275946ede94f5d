import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openStores } from '../../sinks/open-stores.ts';
import type { Stores } from '../../sinks/stores.ts';
import { names } from './fake-tables.ts';
import { aborted, throttled, timedOut } from './service-errors.ts';
import type { World } from './world.ts';

/** Where a process dies: at its n-th call, before that takes effect or right after. */
export interface CrashPoint {
  readonly atCall: number;
  readonly effect: 'before' | 'after';
}

interface Service {
  execute(command: unknown): unknown;
}

/**
 * One process of the pipeline: clients and stores of its own, and calls that take virtual time and may fail. After its
 * crash no call of it is answered any more, so nothing of it runs on; what was in the air may still arrive.
 */
export class SimProcess {
  readonly name: string;
  readonly kinesis: KinesisClient;
  readonly stores: Stores;
  alive = true;
  calls = 0;
  /** Whoever waits for the crash. */
  readonly crashed: Promise<void>;
  readonly #world: World;
  readonly #crashPoint: CrashPoint | undefined;
  readonly #stop = new AbortController();
  #tellCrash: () => void = () => {};
  #inTheAir = 0;
  /** Until then the process stands still, as a paused machine does: it neither sends nor hears. */
  #stalledUntilMs = 0;

  constructor(name: string, world: World, crashPoint?: CrashPoint) {
    this.name = name;
    this.#world = world;
    this.#crashPoint = crashPoint;
    this.crashed = new Promise((resolve) => {
      this.#tellCrash = resolve;
    });
    const client = (service: Service) => ({
      send: (command: object, options?: { abortSignal?: AbortSignal }) =>
        this.#call(service, command, options?.abortSignal),
    });
    this.kinesis = client(world.stream) as unknown as KinesisClient;
    const dynamo = client(world.tables) as unknown as DynamoDBDocumentClient;
    this.stores = world.removed.wrap(openStores(dynamo, names, { nowMs: world.nowMs }));
  }

  /** Aborted when the process is asked to stop in order. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  stall(durationMs: number): void {
    this.#stalledUntilMs = this.#world.time.nowMs() + durationMs;
  }

  get callsInTheAir(): number {
    return this.#inTheAir;
  }

  crash(why: 'crash-before-effect' | 'crash-after-effect' | 'crash-in-mid-air', what: string): void {
    if (!this.alive) return;
    this.alive = false;
    const call = what.split(' ').slice(0, 2).join(' ');
    if (why !== 'crash-in-mid-air') this.#world.plan.crashPoints.push(`${why.slice(6)} of ${call}`);
    this.#world.plan.injected(why, `${this.name} at call ${this.calls}: ${what}`);
    this.#tellCrash();
  }

  /** Ends the process without counting it as a fault. */
  end(): void {
    this.alive = false;
    this.#stop.abort();
    this.#tellCrash();
  }

  #call(service: Service, command: object, signal: AbortSignal | undefined): Promise<unknown> {
    if (!this.alive) return new Promise(() => {});
    if (signal?.aborted) return Promise.reject(aborted());
    this.calls += 1;
    const { plan, latency } = this.#world;
    const what = describe(command);
    plan.note(`${this.name} ${what}`);
    const crash =
      plan.active && this.#crashPoint?.atCall === this.calls ? this.#crashPoint.effect : undefined;
    const fault = crash ? undefined : plan.ofCall(`${this.name} ${what}`);
    // Drawn here for every call, so that one that never needs it shifts nothing.
    const draw = this.#world.random.next();
    const { traffic } = this.#world;
    this.#inTheAir += 1;
    traffic.calls += 1;
    traffic.inTheAir += 1;
    return new Promise((succeed, fail) => {
      const onAbort = () => reject(aborted());
      signal?.addEventListener('abort', onAbort, { once: true });
      const resolve = (value: unknown) => {
        signal?.removeEventListener('abort', onAbort);
        succeed(value);
      };
      const reject = (error: unknown) => {
        signal?.removeEventListener('abort', onAbort);
        if (this.alive) fail(error);
      };
      const landed = () => {
        this.#inTheAir -= 1;
        traffic.inTheAir -= 1;
      };
      const answer = (settle: () => void) => this.#whenAwake(latency(), () => this.alive && settle());
      if (fault === 'late-effect') {
        // The caller has given up; the request is on its way all the same.
        this.#whenAwake(latency(), () => this.alive && reject(timedOut()));
        setTimeout(
          () => {
            landed();
            attempt(service, command);
          },
          latency() + draw * 1_500,
        );
        return;
      }
      this.#whenAwake(latency(), () => {
        landed();
        if (crash === 'before') return this.crash('crash-before-effect', what);
        if (!this.alive && draw < 0.5) return;
        if (fault === 'lost') return answer(() => reject(timedOut()));
        if (fault === 'throttled') return answer(() => reject(throttled()));
        const outcome = attempt(service, command);
        if (crash === 'after') return this.crash('crash-after-effect', what);
        if (fault === 'unanswered') return answer(() => reject(timedOut()));
        answer(() => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
      });
    });
  }

  #whenAwake(delayMs: number, work: () => void): void {
    const wait = Math.max(delayMs, this.#stalledUntilMs - this.#world.time.nowMs());
    setTimeout(() => {
      if (this.alive && this.#stalledUntilMs > this.#world.time.nowMs()) this.#whenAwake(0, work);
      else work();
    }, wait);
  }
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

function attempt(service: Service, command: object): Outcome {
  try {
    return { ok: true, value: service.execute(command) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** For instance `Put customers c-1`. */
function describe(command: object): string {
  const { input } = command as {
    input: { TableName?: string; Item?: Record<string, unknown>; RequestItems?: object };
  };
  const table = input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? '';
  const key = input.Item
    ? ` ${String(input.Item.customerId ?? input.Item.name ?? input.Item.kind ?? '')}`
    : '';
  return `${command.constructor.name.replace('Command', '')} ${table.replace('faults-', '')}${key}`;
}
