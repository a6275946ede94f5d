import { decodeDocument } from '../../operators/event/decode-event.ts';
import type { PurchaseEvent } from '../../operators/event/purchase-event.ts';
import { letTimePass } from '../../operators/reassign-segments.ts';
import { applyEvent, startStanding } from '../../operators/segments/advance-standing.ts';
import { type SegmentHistory, segmentFeatures } from '../../operators/segments/segment-features.ts';
import type {
  Migration,
  SegmentFeatures,
  SegmentModel,
  SegmentStanding,
} from '../../operators/segments/segment-model.ts';
import { defaultStateOptions } from '../../operators/state/customer-state.ts';
import { emptyHistory, foldHistory } from '../../operators/state/fold-history.ts';
import { decodeOptions } from '../../pipeline/decode-options.ts';
import { readFileBatches } from '../../pipeline/ingest/file-batches.ts';
import { readSettings } from '../../pipeline/settings.ts';

/** One customer's orders, each with the history right after it, oldest first. */
export interface CustomerTrail {
  readonly customerId: string;
  readonly steps: readonly { readonly atMs: number; readonly history: SegmentHistory }[];
}

/** Reads a purchase file by the product's own importer and decoder, and folds each customer's orders. */
export async function readTrails(path: string, currency: string): Promise<CustomerTrail[]> {
  const decoding = decodeOptions(readSettings({ currency }, {}));
  const events: PurchaseEvent[] = [];
  const nowMs = () => Date.UTC(2100, 0, 1);
  const batches = readFileBatches(path, { reportingCurrency: currency, skip: 0, recordsMax: 10_000, nowMs });
  for await (const { records } of batches) {
    for (const { data } of records) {
      const decoded = decodeDocument(JSON.parse(Buffer.from(data).toString()), nowMs(), decoding);
      if (decoded.kind === 'event') events.push(decoded.event);
    }
  }
  return foldTrails(events);
}

/** Customers in the order of their first event given; the events of each sorted by time. */
export function foldTrails(events: readonly PurchaseEvent[]): CustomerTrail[] {
  const byCustomer = new Map<string, PurchaseEvent[]>();
  for (const event of events) {
    const held = byCustomer.get(event.customerId) ?? [];
    held.push(event);
    byCustomer.set(event.customerId, held);
  }
  return [...byCustomer].map(([customerId, orders]) => {
    let history = emptyHistory;
    const sorted = orders.sort((a, b) => a.occurredAtMs - b.occurredAtMs);
    const steps = sorted.map((event) => {
      history = foldHistory(history, event, defaultStateOptions);
      return { atMs: event.occurredAtMs, history };
    });
    return { customerId, steps };
  });
}

/** What was known of a customer at an instant; undefined before the first order. */
export function historyAt({ steps }: CustomerTrail, atMs: number): SegmentHistory | undefined {
  return steps.findLast((step) => step.atMs <= atMs)?.history;
}

/** Features of everybody known at an instant, in the order of the trails. */
export function populationAt(trails: readonly CustomerTrail[], atMs: number): SegmentFeatures[] {
  return trails.flatMap((trail) => {
    const history = historyAt(trail, atMs);
    return history === undefined ? [] : [segmentFeatures(history, atMs)];
  });
}

/** A customer's moves under models that each take effect at their fit, and where they stand at the end. */
export function walk(
  { customerId, steps }: CustomerTrail,
  models: readonly SegmentModel[],
  toMs: number,
): { readonly standing: SegmentStanding | undefined; readonly migrations: Migration[] } {
  const migrations: Migration[] = [];
  let standing: SegmentStanding | undefined;
  let index = 0;
  for (const [ordinal, model] of models.entries()) {
    const untilMs = Math.min(toMs, models[ordinal + 1]?.fittedAtMs ?? Number.POSITIVE_INFINITY);
    let step = steps[index];
    while (step !== undefined && step.atMs <= model.fittedAtMs) step = steps[++index];
    let history = steps[index - 1]?.history;
    if (history !== undefined) standing ??= startStanding(history, model, model.fittedAtMs, 'model');
    const pass = (passedMs: number, inclusive: boolean) => {
      if (history === undefined || standing === undefined) return;
      const until = { toMs: passedMs, inclusive };
      const passed = letTimePass(customerId, history, standing, model, until);
      migrations.push(...passed.migrations);
      standing = passed.standing;
    };
    for (; step !== undefined && step.atMs <= untilMs; step = steps[++index]) {
      pass(step.atMs, false);
      history = step.history;
      if (standing === undefined) standing = startStanding(history, model, step.atMs, 'event');
      else {
        const applied = applyEvent(customerId, history, standing, model, step.atMs);
        migrations.push(...applied.migrations);
        standing = applied.standing;
      }
    }
    pass(untilMs, true);
  }
  return { standing, migrations };
}
