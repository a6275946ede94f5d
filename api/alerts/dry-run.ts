import { setImmediate } from 'node:timers/promises';
import { crossings } from '../../operators/alerts/crossings.ts';
import { evaluateMigration } from '../../operators/alerts/evaluate-rule.ts';
import type { AlertDetail, AlertOccasion } from '../../operators/alerts/fired-alert.ts';
import type { RuleCondition } from '../../operators/alerts/rule.ts';
import type { ConsumptionModel } from '../../operators/predict/consumption-model.ts';
import type { Stores } from '../../sinks/stores.ts';

export interface DryRun {
  readonly when: RuleCondition;
  /** Left out. */
  readonly fromMs: number;
  /** Included. */
  readonly toMs: number;
}

export interface DryRunOutcome {
  readonly matched: number;
  /** Newest found first for moves, in no order for customers. */
  readonly sample: readonly AlertOccasion[];
  /** Moves of the stretch, or customers, looked at. */
  readonly examined: number;
  /** False when there are more than were looked at. */
  readonly complete: boolean;
}

const sampleMax = 20;
const pageSize = 500;
/** Moves, and customers, that one request looks at: a customer takes a hundred times as long. */
const movesMax = 20_000;
const customersMax = 2_000;
/** Customers looked at before other requests get their turn. */
const customersPerTurn = 5;

/**
 * What a rule would have fired for within a stretch of time. Of moves those stored count; for what time brings about the
 * customers are looked at as they stand now, so only their present silence, or gap, counts.
 */
export function dryRun(
  run: DryRun,
  stores: Pick<Stores, 'migrations' | 'customers'>,
  model: ConsumptionModel | undefined,
): Promise<DryRunOutcome> {
  return run.when.kind === 'migration' ? overMoves(run, stores) : overCustomers(run, stores, model);
}

async function overMoves(
  { when, fromMs, toMs }: DryRun,
  { migrations }: Pick<Stores, 'migrations'>,
): Promise<DryRunOutcome> {
  const tally = new Tally();
  let read = 0;
  let cursor: string | undefined;
  do {
    const page = await migrations.feedLatest({ limit: pageSize, cursor });
    for (const migration of page.items) {
      if (when.kind !== 'migration' || migration.atMs <= fromMs || migration.atMs > toMs) continue;
      tally.add(evaluateMigration(when, migration) ?? []);
      tally.examined += 1;
    }
    read += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && read < movesMax);
  return tally.outcome(cursor === undefined);
}

async function overCustomers(
  { when, fromMs, toMs }: DryRun,
  { customers }: Pick<Stores, 'customers'>,
  model: ConsumptionModel | undefined,
): Promise<DryRunOutcome> {
  const tally = new Tally();
  if (model === undefined || when.kind === 'migration') return tally.outcome(true);
  const span = { fromMs, toMs, activeFromMs: fromMs, modelFrom: model, modelTo: model };
  let cursor: string | undefined;
  do {
    const page = await customers.scan({ limit: pageSize, cursor });
    for (const record of page.items) {
      tally.add(crossings(when, record, span));
      tally.examined += 1;
      if (tally.examined % customersPerTurn === 0) await setImmediate();
    }
    cursor = page.cursor;
  } while (cursor !== undefined && tally.examined < customersMax);
  return tally.outcome(cursor === undefined);
}

class Tally {
  examined = 0;
  #matched = 0;
  readonly #sample: AlertOccasion[] = [];

  add(found: AlertOccasion | readonly AlertOccasion[]): void {
    const occasions = [found].flat() as readonly AlertOccasion[];
    this.#matched += occasions.length;
    this.#sample.push(...occasions.slice(0, sampleMax - this.#sample.length));
  }

  outcome(complete: boolean): DryRunOutcome {
    return { matched: this.#matched, sample: this.#sample, examined: this.examined, complete };
  }
}

/** What happened, in one phrase for people. */
export function describeOccasion(detail: AlertDetail): string {
  switch (detail.kind) {
    case 'migration':
      return `${detail.from} to ${detail.to} (${detail.cause})`;
    case 'probability-alive':
      return `probability alive below ${detail.below}`;
    case 'purchase-probability':
      return `chance to buy within ${detail.withinDays} days below ${detail.below}`;
    case 'replenishment-due':
      return `${detail.productId} due again after ${detail.usualGapDays.toFixed(1)} days`;
  }
}
