import { TidemarkError } from '../operators/errors.ts';
import { msPerDay, utcDay } from '../operators/state/customer-state.ts';
import { type DayDirectory, utcDate } from './day-directory.ts';
import type { Item, TableAccess } from './table-access.ts';
import { tableDefinitions } from './table-definitions.ts';

/** Partitions one day's timers are spread over, so that a day on which many fall due stays within one's write rate. */
const bucketsPerDay = 4;

/** Days looked through at once. */
const daysAtOnce = 8;

export interface DueTimer {
  readonly customerId: string;
  readonly timerAtMs: number;
}

/** The sparse index over the customers whose segment will change without a purchase. */
export class TimerIndex {
  readonly #table: TableAccess;
  readonly #days: DayDirectory;

  constructor(table: TableAccess, days: DayDirectory) {
    this.#table = table;
    this.#days = days;
  }

  /** Attributes that put a customer's item into the index; without a timer there are none, and it is not in it. */
  async attributes(customerId: string, timerAtMs: number | undefined): Promise<Item> {
    if (timerAtMs === undefined) return {};
    const day = utcDate(timerAtMs);
    await this.#days.note(day);
    return { timerBucket: `${day}#${spread(customerId) % bucketsPerDay}`, timerAt: timerAtMs };
  }

  /**
   * Timers at or before `untilMs`, in order of their instants, from the whole UTC day of `fromMs` on. Costs four small
   * queries for each day of a range up to eight days, and for each day that ever had a timer of a longer one.
   */
  async due(
    range: { readonly fromMs: number; readonly untilMs: number },
    limit: number,
  ): Promise<DueTimer[]> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new TidemarkError('invalid-limit', `Due timers need a limit of 1 or more, not ${limit}.`);
    }
    const due: DueTimer[] = [];
    let days: string[] = [];
    const look = async () => {
      due.push(...(await this.#dueOnDays(days, range.untilMs, limit)));
      days = [];
    };
    // Days are disjoint and ascending, so what is due on earlier days precedes everything on later ones.
    for await (const day of this.#daysOf(range)) {
      days.push(day);
      if (days.length === daysAtOnce) await look();
      if (due.length >= limit) break;
    }
    if (due.length < limit) await look();
    return due.slice(0, limit);
  }

  async *#daysOf({ fromMs, untilMs }: { fromMs: number; untilMs: number }): AsyncGenerator<string> {
    const firstDay = utcDay(fromMs);
    const count = utcDay(untilMs) - firstDay + 1;
    if (count > daysAtOnce) {
      yield* this.#days.between(utcDate(fromMs), utcDate(untilMs));
      return;
    }
    for (let offset = 0; offset < count; offset += 1) yield utcDate((firstDay + offset) * msPerDay);
  }

  async #dueOnDays(days: readonly string[], untilMs: number, limit: number): Promise<DueTimer[]> {
    const buckets = days.flatMap((day) =>
      Array.from({ length: bucketsPerDay }, (_, bucket) => `${day}#${bucket}`),
    );
    const found = await Promise.all(buckets.map((bucket) => this.#dueInBucket(bucket, untilMs, limit)));
    return found.flat().sort((a, b) => a.timerAtMs - b.timerAtMs || (a.customerId < b.customerId ? -1 : 1));
  }

  async #dueInBucket(bucket: string, untilMs: number, limit: number): Promise<DueTimer[]> {
    const due: DueTimer[] = [];
    const [index] = tableDefinitions.customers.indexes;
    const input = {
      IndexName: index.name,
      KeyConditionExpression: '#bucket = :bucket AND #at <= :until',
      ExpressionAttributeNames: { '#bucket': index.partitionKey, '#at': index.sortKey },
      ExpressionAttributeValues: { ':bucket': bucket, ':until': untilMs },
      Limit: limit,
    };
    for await (const item of this.#table.queryAll(input)) {
      due.push({ customerId: item.customerId as string, timerAtMs: item.timerAt as number });
      if (due.length >= limit) break;
    }
    return due;
  }
}

/** FNV-1a over UTF-16 units: stable for good, since the stored buckets depend on it. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
