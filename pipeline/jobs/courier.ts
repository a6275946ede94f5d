import type { AlertRule } from '../../operators/alerts/rule.ts';
import { type DeliverDependencies, type DeliveryTally, deliverRule } from './deliver-alerts.ts';

/** Rules delivered for at once; the others wait for the next round. */
export const rulesAtOnce = 25;
/** A rule whose targets fail is left alone for so long, doubling with each round that brings nothing, ms. */
const restMsMin = 1_000;
const restMsMax = 60_000;

export interface CourierDependencies extends DeliverDependencies {
  readonly onFailure: (error: unknown, rule: AlertRule) => void;
  /** Told of each rule's round that did something. */
  readonly onTally?: ((tally: DeliveryTally, rule: AlertRule) => void) | undefined;
}

/**
 * Delivers for all rules, each by itself, so that a target that hangs holds up its own rule alone. Holds one entry a rule in
 * memory; everything that has to outlive the process is stored with the deliveries.
 */
export class Courier {
  readonly #dependencies: CourierDependencies;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #resting = new Map<string, { readonly untilMs: number; readonly restMs: number }>();

  /** Number of each rule's last turn. */
  readonly #turns = new Map<string, number>();
  #turn = 0;

  constructor(dependencies: CourierDependencies) {
    this.#dependencies = dependencies;
  }

  /** Begins with the rules that are not under way, those that have waited longest first; does not wait for them. */
  async round(): Promise<void> {
    const { alerts, nowMs, stop } = this.#dependencies;
    const rules = (await alerts.rules()).filter(sends);
    this.#forgetOthers(rules);
    const turn = ({ id }: AlertRule) => this.#turns.get(id) ?? 0;
    for (const rule of rules.sort((a, b) => turn(a) - turn(b))) {
      if (stop.aborted || this.#underWay.size >= rulesAtOnce) return;
      if (this.#underWay.has(rule.id) || (this.#resting.get(rule.id)?.untilMs ?? 0) > nowMs()) continue;
      this.#turn += 1;
      this.#turns.set(rule.id, this.#turn);
      const work = this.#deliver(rule).finally(() => this.#underWay.delete(rule.id));
      this.#underWay.set(rule.id, work);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  async #deliver(rule: AlertRule): Promise<void> {
    const { onFailure, onTally, stop } = this.#dependencies;
    try {
      for (;;) {
        const tally = await deliverRule(rule, this.#dependencies);
        const { delivered, failed, suppressed } = tally;
        if (delivered + failed + suppressed > 0) onTally?.(tally, rule);
        if (delivered > 0) this.#resting.delete(rule.id);
        else if (failed > 0) this.#rest(rule);
        // What came due meanwhile goes out at once, unless the target fails.
        if (delivered + suppressed === 0 || failed > 0 || stop.aborted) return;
      }
    } catch (error) {
      this.#rest(rule);
      onFailure(error, rule);
    }
  }

  #rest({ id }: AlertRule): void {
    const restMs = Math.min(restMsMax, (this.#resting.get(id)?.restMs ?? restMsMin / 2) * 2);
    this.#resting.set(id, { restMs, untilMs: this.#dependencies.nowMs() + restMs });
  }

  #forgetOthers(rules: readonly AlertRule[]): void {
    const kept = new Set(rules.map(({ id }) => id));
    for (const known of [this.#resting, this.#turns]) {
      for (const id of known.keys()) if (!kept.has(id)) known.delete(id);
    }
  }
}

function sends({ enabled, deliver }: AlertRule): boolean {
  return enabled && deliver.some(({ kind }) => kind !== 'stream');
}
