import type { TableAccess } from './table-access.ts';

/** Most days one look-up gives. */
const daysPerLookup = 400;

/** Days a process remembers as noted; at the bound it forgets them all and notes again what comes. */
const notedMax = 4_096;

/**
 * Remembers on which UTC days something was stored in a table or index that is partitioned by day, so that readers go
 * from one day to the next without trying the empty ones between. Kept with the checkpoints, and for good: a day whose
 * items have gone costs a reader one empty look. A writer reads it once and writes days that are new.
 */
export class DayDirectory {
  readonly #table: TableAccess;
  readonly #kind: string;
  readonly #noted = new Map<string, Promise<unknown>>();
  #loaded: Promise<void> | undefined;

  constructor(checkpoints: TableAccess, kind: string) {
    this.#table = checkpoints;
    this.#kind = kind;
  }

  /** Must have returned before anything is stored under that day, or a crash between could hide it. */
  async note(day: string): Promise<void> {
    this.#loaded ??= this.#load();
    try {
      await this.#loaded;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
    let noted = this.#noted.get(day);
    if (noted === undefined) {
      if (this.#noted.size >= notedMax) this.#noted.clear();
      noted = this.#table.put({ kind: this.#kind, name: day });
      this.#noted.set(day, noted);
    }
    try {
      await noted;
    } catch (error) {
      this.#noted.delete(day);
      throw error;
    }
  }

  async #load(): Promise<void> {
    let days = await this.before(undefined);
    while (days.length > 0 && this.#noted.size + days.length <= notedMax) {
      for (const day of days) this.#noted.set(day, Promise.resolve());
      days = await this.before(days.at(-1));
    }
  }

  /** The next days with something stored, oldest first, at most 400. @param day undefined: from the first. */
  async after(day: string | undefined): Promise<string[]> {
    return this.#days(day, '>', true);
  }

  /** The days before, newest first, at most 400. @param day undefined: from the last. */
  async before(day: string | undefined): Promise<string[]> {
    return this.#days(day, '<', false);
  }

  /** Days with something stored, both ends included, oldest first. */
  async *between(first: string, last: string): AsyncGenerator<string> {
    let next = await this.#days(first, '>=', true);
    while (next.length > 0) {
      for (const day of next) {
        if (day > last) return;
        yield day;
      }
      next = await this.after(next.at(-1));
    }
  }

  async #days(day: string | undefined, comparison: '<' | '>' | '>=', forward: boolean): Promise<string[]> {
    const page = await this.#table.query({
      KeyConditionExpression:
        day === undefined ? '#kind = :kind' : `#kind = :kind AND #name ${comparison} :day`,
      ExpressionAttributeNames: { '#kind': 'kind', ...(day === undefined ? {} : { '#name': 'name' }) },
      ExpressionAttributeValues: { ':kind': this.#kind, ...(day === undefined ? {} : { ':day': day }) },
      ScanIndexForward: forward,
      ConsistentRead: true,
      Limit: daysPerLookup,
    });
    return page.items.map((item) => item.name as string);
  }
}

/** UTC date of an instant, for instance 2026-11-22. */
export function utcDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
