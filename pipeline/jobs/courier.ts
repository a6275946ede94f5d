import type { AlertRule } from '../../operators/alerts/rule.ts';
import { type DeliverDependencies, type DeliveryTally, deliverRule } from './deliver-alerts.ts';

/** Rules delivered for at once; the others wait for their turn. */
const rulesAtOnce = 25;
/** A rule whose targets fail is left alone for so long, doubling with each round that brings nothing, ms. */
const restMsMin = 1_000;
const restMsMax = 60_000;
/** A rule that has waited for longer is read anew before its turn: it may have been changed, disabled or deleted, ms. */
const freshMs = 1_000;

export interface CourierDependencies extends DeliverDependencies {
  readonly onFailure: (error: unknown, rule: AlertRule) => void;
  /** Told of each rule's round that did something. */
  readonly onTally?: ((tally: DeliveryTally, rule: AlertRule) => void) | undefined;
}

/** A rule as read then. */
interface KnownRule {
  readonly rule: AlertRule;
  readonly readAtMs: number;
}

/**
 * Delivers for all rules, each by itself, so that a target that hangs holds up its own rule alone. A turn is one page of
 * deliveries; a rule that has more goes to the end of the row, so that no backlog keeps others waiting for longer than that.
 * Holds one entry a rule in memory; everything that has to outlive the process is stored with the deliveries.
 */
export class Courier {
  readonly #dependencies: CourierDependencies;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #resting = new Map<string, { readonly untilMs: number; readonly restMs: number }>();
  /** Rules that wait for a turn, in their order. */
  readonly #row = new Map<string, KnownRule>();

  constructor(dependencies: CourierDependencies) {
    this.#dependencies = dependencies;
  }

  /** Sees to it that each rule has a turn that begins after this call; does not wait for them. */
  async round(): Promise<void> {
    const { alerts, nowMs } = this.#dependencies;
    const readAtMs = nowMs();
    const rules = (await alerts.rules()).filter(sends);
    this.#forgetOthers(rules);
    for (const rule of this.#turned(rules)) {
      if ((this.#resting.get(rule.id)?.untilMs ?? 0) <= readAtMs) this.#row.set(rule.id, { rule, readAtMs });
    }
    this.#begin();
  }

  /** Resolves when no turn is under way and none waits, or those that wait may not begin any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  #begin(): void {
    for (const [id, known] of this.#row) {
      if (this.#dependencies.stop.aborted || this.#underWay.size >= rulesAtOnce) return;
      if (this.#underWay.has(id)) continue;
      this.#row.delete(id);
      const turn = this.#turn(known).finally(() => {
        this.#underWay.delete(id);
        this.#begin();
      });
      this.#underWay.set(id, turn);
    }
  }

  async #turn(known: KnownRule): Promise<void> {
    const { alerts, nowMs, onFailure, onTally } = this.#dependencies;
    const { id } = known.rule;
    try {
      const rule = nowMs() - known.readAtMs > freshMs ? await alerts.rule(id) : known.rule;
      if (rule === undefined || !sends(rule)) return;
      const tally = await deliverRule(rule, this.#dependencies);
      const { delivered, failed, suppressed } = tally;
      if (delivered + failed + suppressed > 0) onTally?.(tally, rule);
      if (delivered > 0) this.#resting.delete(id);
      else if (failed > 0) this.#rest(rule);
      // What is due still goes out at once, unless the target fails; by the rule as it then is.
      const hasMore = delivered + suppressed > 0 && failed === 0;
      if (hasMore && !this.#row.has(id)) this.#row.set(id, { rule, readAtMs: Number.NEGATIVE_INFINITY });
    } catch (error) {
      this.#rest(known.rule);
      onFailure(error, known.rule);
    }
  }

  /** From anywhere on: the first of the row are served first, and in a short life others may get no turn. */
  #turned(rules: readonly AlertRule[]): AlertRule[] {
    const first = Math.floor(this.#dependencies.random() * rules.length);
    return [...rules.slice(first), ...rules.slice(0, first)];
  }

  #rest({ id }: AlertRule): void {
    this.#row.delete(id);
    const restMs = Math.min(restMsMax, (this.#resting.get(id)?.restMs ?? restMsMin / 2) * 2);
    this.#resting.set(id, { restMs, untilMs: this.#dependencies.nowMs() + restMs });
  }

  #forgetOthers(rules: readonly AlertRule[]): void {
    const kept = new Set(rules.map(({ id }) => id));
    for (const known of [this.#resting, this.#row]) {
      for (const id of known.keys()) if (!kept.has(id)) known.delete(id);
    }
  }
}

function sends({ enabled, deliver }: AlertRule): boolean {
  return enabled && deliver.some(({ kind }) => kind !== 'stream');
}
