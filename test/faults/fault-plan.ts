import type { Random } from './random.ts';

export const callFaults = ['lost', 'unanswered', 'late-effect', 'throttled'] as const;
export type CallFault = (typeof callFaults)[number];

export const faultKinds = [
  ...callFaults,
  'partial-put',
  'partial-batch',
  'index-lag',
  'empty-read',
  'expired-iterator',
  'crash-before-effect',
  'crash-after-effect',
  'crash-in-mid-air',
  'zombie',
  'duplicate-event',
  'late-event',
  'aggregated-elsewhere',
  'poison',
  'split',
  'merge',
  'sweep-among-events',
  'stale-record',
  'model-activation',
  'redelivery',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Says what goes wrong, when, and keeps account of it. Rates are drawn once a schedule, so schedules differ in kind. */
export class FaultPlan {
  readonly counts = new Map<FaultKind, number>();
  /** Where processes died: before or after which call took effect. */
  readonly crashPoints: string[] = [];
  /** What happened, for a person who replays one seed. */
  readonly trace: string[] = [];
  /** False once faults are over and everything drains. */
  active = true;
  readonly #random: Random;
  readonly #rates: Map<FaultKind, number>;
  readonly #stamp: () => string;
  readonly #tracing: boolean;

  constructor(random: Random, options: { readonly stamp: () => string; readonly tracing: boolean }) {
    this.#random = random;
    this.#stamp = options.stamp;
    this.#tracing = options.tracing;
    const rate = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
    this.#rates = new Map<FaultKind, number>([
      ['lost', rate(0.08)],
      ['unanswered', rate(0.08)],
      ['late-effect', rate(0.05)],
      ['throttled', rate(0.1)],
      ['partial-put', rate(0.3)],
      ['partial-batch', rate(0.25)],
      ['index-lag', rate(0.5)],
      ['empty-read', rate(0.2)],
      ['expired-iterator', rate(0.05)],
    ]);
  }

  /** Leaves one kind out of this schedule. */
  exclude(kind: FaultKind): void {
    this.#rates.delete(kind);
  }

  /** Whether this kind of fault strikes now. */
  strikes(kind: FaultKind, what = ''): boolean {
    if (!this.active) return false;
    const rate = this.#rates.get(kind) ?? 0;
    if (rate === 0 || !this.#random.chance(rate)) return false;
    this.injected(kind, what);
    return true;
  }

  /** The fault of one call, if any. */
  ofCall(what: string): CallFault | undefined {
    return callFaults.find((kind) => this.strikes(kind, what));
  }

  injected(kind: FaultKind, what: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.note(`! ${kind} ${what}`);
  }

  note(what: string): void {
    if (this.#tracing) this.trace.push(`${this.#stamp()} ${what}`);
  }
}
