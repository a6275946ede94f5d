import { inflateRawSync } from 'node:zlib';
import { comparePositions, type StreamRecord } from '../../operators/event/record.ts';
import type { Migration } from '../../operators/segments/segment-model.ts';
import { decodeDecisions } from '../../operators/state/record-codec.ts';
import { decodeState } from '../../operators/state/state-codec.ts';
import { expandRecord } from '../../sinks/kinesis-aggregation.ts';
import type { TableRole } from '../../sinks/table-definitions.ts';
import type { Item } from './expressions.ts';
import type { FakeStream } from './fake-stream.ts';
import type { FakeTables } from './fake-tables.ts';
import type { FaultPlan } from './fault-plan.ts';

/** What one user record on the stream means. */
export type Meaning =
  | { readonly kind: 'event'; readonly customerId: string; readonly hash: number; readonly orderKey: string }
  | { readonly kind: 'poison' }
  | { readonly kind: 'tick' };

/**
 * Watches the tables from inside: keeps the committed history as the writes to the customers tell it, and checks at
 * each checkpoint and each published move that nothing has run ahead of what it rests on.
 */
export class Observer {
  /** What bytes on the stream mean; the workload tells. */
  readonly meanings = new Map<string, Meaning>();
  /** Moves by customer and ordinal, as written with the customers. */
  readonly committed = new Map<string, Map<number, Migration>>();
  readonly problems: string[] = [];
  /** False where the table of checkpoints only reports, and the event source keeps the place. */
  checkpointsCount = true;
  readonly #stream: FakeStream;
  readonly #plan: FaultPlan;
  readonly #applied = new Map<string, Set<number>>();
  readonly #moves = new Map<string, { readonly made: number; readonly inOutbox: ReadonlySet<number> }>();
  readonly #opened = new WeakMap<StreamRecord, readonly Meaning[]>();
  #tables: FakeTables | undefined;

  constructor(stream: FakeStream, plan: FaultPlan) {
    this.#stream = stream;
    this.#plan = plan;
  }

  watch(tables: FakeTables): void {
    this.#tables = tables;
  }

  problem(text: string): void {
    this.#plan.note(`PROBLEM ${text}`);
    if (this.problems.length < 20) this.problems.push(text);
  }

  written(role: TableRole, item: Item): void {
    if (role === 'customers') this.#customerWritten(item);
    else if (role === 'migrations') this.#movePublished(item);
    else if (role === 'checkpoints' && item.kind === 'shard' && this.checkpointsCount) {
      this.#plan.note(
        `= checkpoint of ${item.shardId} at ${item.sequenceNumber}${item.ended ? ', its end' : ''}`,
      );
      this.effectsUpTo(item.shardId as string, item.sequenceNumber as string, item.ended === true);
    }
  }

  /** Everything on the shard at or before the position must have taken effect by now. */
  effectsUpTo(shardId: string, sequenceNumber: string, toTheEnd = false): void {
    const end = { sequenceNumber, subSequence: 0 };
    const customers = new Set<string>();
    for (const record of this.#stream.shard(shardId).records) {
      if (!toTheEnd && comparePositions(record, end) > 0) break;
      for (const customerId of this.effectsOf(shardId, record)) customers.add(customerId);
    }
    for (const customerId of customers) this.movesKept(customerId);
  }

  /** Checks one record's effects and gives the customers it speaks of. */
  effectsOf(shardId: string, record: StreamRecord): string[] {
    const customers: string[] = [];
    for (const [sub, meaning] of this.open(record).entries()) {
      const place = `${shardId} ${record.sequenceNumber}.${sub}`;
      if (meaning.kind === 'event') {
        const { customerId, hash, orderKey } = meaning;
        customers.push(customerId);
        if (!this.#applied.get(customerId)?.has(hash))
          this.problem(`checkpoint ahead of ${customerId} at ${place}`);
        if (!this.#tables?.item('purchases', customerId, orderKey)) {
          this.problem(`checkpoint ahead of the purchase of ${customerId} at ${place}`);
        }
      } else if (meaning.kind === 'poison') {
        const stored = this.#tables?.items('quarantine').some((item) => isAt(item, shardId, record, sub));
        if (!stored) this.problem(`checkpoint ahead of the quarantine at ${place}`);
      }
    }
    return customers;
  }

  /** Every move made is published, or waits in the customer's outbox. */
  movesKept(customerId: string): void {
    const moves = this.#moves.get(customerId);
    for (let ordinal = 1; ordinal <= (moves?.made ?? 0); ordinal += 1) {
      if (moves?.inOutbox.has(ordinal) || this.#tables?.item('migrations', customerId, ordinal)) continue;
      this.problem(`checkpoint ahead of move ${ordinal} of ${customerId}`);
    }
  }

  /** What a record of the stream holds, by its user records. */
  open(record: StreamRecord): readonly Meaning[] {
    const known = this.#opened.get(record);
    if (known) return known;
    const whole = this.meanings.get(bytesKey(record.data));
    const expanded = whole ? 'damaged' : expandRecord(record);
    const opened = whole
      ? [whole]
      : (expanded as readonly StreamRecord[]).map(
          ({ data }) => this.meanings.get(bytesKey(data)) ?? { kind: 'tick' as const },
        );
    this.#opened.set(record, opened);
    return opened;
  }

  #customerWritten(item: Item): void {
    const customerId = item.customerId as string;
    const state = stateOf(item);
    const before = this.#applied.get(customerId)?.size;
    if (this.#plan.active && before === state.entries.length + state.oldHashes.length) {
      this.#plan.injected('sweep-among-events', customerId);
    }
    this.#applied.set(customerId, new Set([...state.entries.map(({ hash }) => hash), ...state.oldHashes]));
    const { standing, outbox } = decodeDecisions(item.decisions as Uint8Array);
    this.#moves.set(customerId, {
      made: standing?.migrations ?? 0,
      inOutbox: new Set(outbox.map(({ ordinal }) => ordinal)),
    });
    const committed = this.committed.get(customerId) ?? new Map<number, Migration>();
    this.committed.set(customerId, committed);
    for (const move of outbox) {
      const before = committed.get(move.ordinal);
      if (before && before.id !== move.id)
        this.problem(`move ${move.ordinal} of ${customerId} was made twice, differently`);
      committed.set(move.ordinal, move);
    }
    this.#plan.note(
      `= ${customerId} version ${item.version}: ${state.lifetime.events} events, ${standing?.segment ?? 'no segment'}` +
        `, outbox ${outbox.map(({ ordinal }) => ordinal).join(' ') || 'empty'}`,
    );
  }

  #movePublished(item: Item): void {
    const { customerId, ordinal, body } = item as { customerId: string; ordinal: number; body: string };
    const { id } = JSON.parse(body) as { id: string };
    this.#plan.note(`= move ${ordinal} of ${customerId} published`);
    if (this.committed.get(customerId)?.get(ordinal)?.id !== id) {
      this.problem(`move ${ordinal} of ${customerId} was published, but never committed`);
    }
  }
}

/** The state inside a customer's item. */
export function stateOf(item: Item) {
  const packed = item.packedState as Uint8Array | undefined;
  return decodeState(packed === undefined ? (item.state as Uint8Array) : inflateRawSync(packed));
}

export function bytesKey(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
}

export function isAt(item: Item, shardId: string, record: StreamRecord, subSequence: number): boolean {
  return (
    item.shardId === shardId &&
    item.sequenceNumber === record.sequenceNumber &&
    item.subSequence === subSequence
  );
}
