import { faultKinds } from './fault-plan.ts';
import type { SliceResult } from './run-slice.ts';

/** Failing schedules named one by one in the summary. */
const failuresShown = 20;
const progressEvery = 100;

/** Adds up a run and prints it; progress goes to stderr. */
export class RunTally {
  readonly #startedMs = performance.now();
  readonly #expected: number;
  readonly #faults = new Map<string, { schedules: number; times: number }>();
  readonly #modes = new Map<string, number>();
  readonly #crashPoints = new Map<string, number>();
  readonly #failures: SliceResult[] = [];
  readonly #safeguards: string[] = [];
  #schedules = 0;
  #events = 0;
  #calls = 0;
  #compared = 0;
  #uncaught = false;
  #schedulesMs = 0;

  constructor(expected: number) {
    this.#expected = expected;
  }

  get failed(): boolean {
    return this.#failures.length > 0 || this.#uncaught || this.#schedules < this.#expected;
  }

  add(result: SliceResult): void {
    this.#schedules += 1;
    this.#events += result.events;
    this.#calls += result.calls;
    this.#compared += result.comparable ? 1 : 0;
    this.#modes.set(result.mode, (this.#modes.get(result.mode) ?? 0) + 1);
    for (const point of result.crashPoints)
      this.#crashPoints.set(point, (this.#crashPoints.get(point) ?? 0) + 1);
    for (const [kind, times] of result.faults) {
      const sum = this.#faults.get(kind) ?? { schedules: 0, times: 0 };
      this.#faults.set(kind, { schedules: sum.schedules + 1, times: sum.times + times });
    }
    if (result.problems.length > 0) {
      this.#failures.push(result);
      console.error(`seed ${result.seed} (${result.mode}) differs: ${result.problems[0]}`);
    }
    this.#schedulesMs = performance.now() - this.#startedMs;
    if (this.#schedules % progressEvery === 0 || this.#schedules === this.#expected) {
      const seconds = Math.round(this.#schedulesMs / 1_000);
      console.error(
        `${this.#schedules}/${this.#expected} schedules, ${this.#failures.length} differ, ${seconds} s`,
      );
    }
  }

  addSafeguard(name: string, found: SliceResult | undefined, tried: number): void {
    this.#uncaught ||= found === undefined;
    const outcome = found
      ? `seed ${found.seed} fails (${found.mode}): ${found.problems[0]}`
      : `NOT CAUGHT in ${tried} schedules`;
    this.#safeguards.push(`  ${name.padEnd(52)} ${outcome}`);
    console.error(`without ${name}: ${outcome}`);
  }

  print(): void {
    const lines = [
      `${this.#schedules} schedules, ${this.#events} events, ${this.#calls} calls of services, ${Math.round(this.#schedulesMs / 1_000)} s`,
      `by host: ${[...this.#modes].map(([mode, count]) => `${mode} ${count}`).join(', ')}`,
      `${this.#compared} of them also compared move by move with one pass in order`,
      '',
      `${'injected'.padEnd(24)} ${'times'.padStart(10)} ${'schedules'.padStart(10)}`,
      ...faultKinds.map((kind) => {
        const { times, schedules } = this.#faults.get(kind) ?? { times: 0, schedules: 0 };
        return `  ${kind.padEnd(22)} ${String(times).padStart(10)} ${String(schedules).padStart(10)}`;
      }),
      '',
      `crashes at a call, by call: ${this.#crashPoints.size} kinds`,
      ...[...this.#crashPoints]
        .sort()
        .map(([point, times]) => `  ${point.padEnd(40)} ${String(times).padStart(8)}`),
      '',
      `differences: ${this.#failures.length}`,
      ...this.#failures
        .slice(0, failuresShown)
        .map(({ seed, mode, problems }) => `  SEED=${seed} (${mode}): ${problems.join('; ')}`),
      '',
      'each safeguard removed in turn:',
      ...this.#safeguards,
    ];
    console.log(lines.join('\n'));
  }
}
