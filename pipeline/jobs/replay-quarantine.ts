import { type DecodeOptions, decodeEvent } from '../../operators/event/decode-event.ts';
import type { Rejection, RejectReason } from '../../operators/event/purchase-event.ts';
import { boundedMap } from '../../sinks/bounded-map.ts';
import type { EventProducer } from '../../sinks/event-producer.ts';
import type { UserRecord } from '../../sinks/kinesis-aggregation.ts';
import type { QuarantineEntry, QuarantineStore } from '../../sinks/stores.ts';

/** Which records: some by their ids, whatever their status, or all open ones, of one reason or of any. */
export type QuarantineSelection =
  | { readonly ids: readonly string[] }
  | { readonly openWithReason: RejectReason | undefined };

/** What became of one record. `rejected`: it would be quarantined again, so it was not sent. */
export type ReplayOutcome =
  | { readonly id: string; readonly kind: 'replayed' | 'would-be-replayed'; readonly eventId: string }
  | { readonly id: string; readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly id: string; readonly kind: 'truncated' | 'unknown' }
  | { readonly id: string; readonly kind: 'failed'; readonly error: string };

export interface ReplayDependencies {
  readonly quarantine: Pick<QuarantineStore, 'list' | 'get' | 'markReplayed'>;
  readonly producer: Pick<EventProducer, 'put'>;
  readonly decode: DecodeOptions;
  /** Wall clock: when the record arrives on the stream again. */
  readonly nowMs: () => number;
  /** Bytes sent in place of the record's own; for a selection of one id. */
  readonly mended?: Uint8Array | undefined;
  /** True checks all and sends nothing. */
  readonly dryRun: boolean;
  readonly onOutcome: (outcome: ReplayOutcome) => void;
}

/** Records taken in hand at a time; each may have up to 1 MB. */
const pageMax = 50;
const readsAtOnce = 8;

/**
 * Puts quarantined records on the stream again, each under its customer as partition key, and marks those the stream
 * took. The decoder looks at each first, as of now: what it would reject again stays where it is. Cut off at any point
 * it can be run again: a record sent twice counts once, by its event's id.
 *
 * @returns how many are on the stream (or, in a dry run, would be), and how many are not
 */
export async function replayQuarantine(
  selection: QuarantineSelection,
  dependencies: ReplayDependencies,
): Promise<{ replayed: number; refused: number }> {
  const total = { replayed: 0, refused: 0 };
  const count = (outcome: ReplayOutcome) => {
    const good = outcome.kind === 'replayed' || outcome.kind === 'would-be-replayed';
    total[good ? 'replayed' : 'refused'] += 1;
    dependencies.onOutcome(outcome);
  };
  for await (const page of pages(selection, dependencies, count)) await replayPage(page, dependencies, count);
  return total;
}

async function* pages(
  selection: QuarantineSelection,
  { quarantine }: ReplayDependencies,
  count: (outcome: ReplayOutcome) => void,
): AsyncGenerator<readonly QuarantineEntry[]> {
  if ('ids' in selection) {
    for (const id of new Set(selection.ids)) {
      const entry = await quarantine.get(id);
      if (entry) yield [entry];
      else count({ id, kind: 'unknown' });
    }
    return;
  }
  let cursor: string | undefined;
  do {
    // Not asked for by status: entries change theirs while the pages go by.
    // Along the shards, so that a customer's records of a day go out in the order they came in.
    const page = await quarantine.list({
      limit: pageMax,
      cursor,
      reason: selection.openWithReason,
      alongShards: true,
    });
    const open = page.items.filter(({ status }) => status === 'open');
    const entries = await boundedMap(open, readsAtOnce, ({ id }) => quarantine.get(id));
    // One that has expired since it was listed is no more.
    yield entries.filter((entry) => entry !== undefined);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function replayPage(
  entries: readonly QuarantineEntry[],
  dependencies: ReplayDependencies,
  count: (outcome: ReplayOutcome) => void,
): Promise<void> {
  const { quarantine, producer, nowMs, dryRun } = dependencies;
  const ready: { readonly id: string; readonly eventId: string; readonly record: UserRecord }[] = [];
  for (const entry of entries) {
    const checked = check(entry, dependencies);
    if ('kind' in checked) count(checked);
    else if (dryRun) count({ id: entry.id, kind: 'would-be-replayed', eventId: checked.eventId });
    else ready.push({ id: entry.id, ...checked });
  }
  if (ready.length === 0) return;
  const results = await producer.put(ready.map(({ record }) => record));
  for (const [index, { id, eventId }] of ready.entries()) {
    const result = results[index];
    if (result?.ok) {
      await quarantine.markReplayed(id, nowMs());
      count({ id, kind: 'replayed', eventId });
    } else {
      count({ id, kind: 'failed', error: result?.error ?? 'the stream gave no answer for the record' });
    }
  }
}

/** What would go on the stream, or why nothing may. */
function check(
  entry: QuarantineEntry,
  { decode, nowMs, mended }: ReplayDependencies,
): ReplayOutcome | { readonly eventId: string; readonly record: UserRecord } {
  const { id } = entry;
  if (entry.truncated && mended === undefined) return { id, kind: 'truncated' };
  const data = mended ?? entry.data;
  const decoded = decodeEvent(data, nowMs(), decode);
  if (decoded.kind === 'rejected') return { id, kind: 'rejected', rejection: decoded.rejection };
  if (decoded.kind === 'tick') {
    const detail = 'it is a clock tick, which only means something where it stood on the stream';
    return { id, kind: 'rejected', rejection: { reason: 'unsupported-type', detail } };
  }
  const { eventId, customerId } = decoded.event;
  return { eventId, record: { partitionKey: customerId, data } };
}
