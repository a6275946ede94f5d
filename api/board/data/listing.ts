import type { PageOf } from './answers.ts';
import type { Http } from './http.ts';
import { type Problem, ProblemError, unreachable } from './problem.ts';

/** What has been read of a listing. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  /** True until the first page, or its problem, has come. */
  readonly isNew: boolean;
  readonly asking: boolean;
  readonly problem: Problem | undefined;
}

export const nothingListed: Listed<never> = {
  items: [],
  nextCursor: null,
  isNew: true,
  asking: false,
  problem: undefined,
};

export interface ListingOptions<T> {
  readonly http: Pick<Http, 'json'>;
  /** Path and query of the first page. */
  readonly first: string;
  /** What tells items apart; with it a reload keeps what was read beyond the first page. */
  readonly idOf?: ((item: T) => string) | undefined;
  readonly onChange: (listed: Listed<T>) => void;
}

/**
 * A listing of the API, page after page as a person asks for them. One call at a time; what is shown stays until an answer
 * takes its place, and a call that failed leaves it as it was.
 */
export class Listing<T> {
  readonly #options: ListingOptions<T>;
  readonly #ending = new AbortController();
  #listed: Listed<T> = nothingListed;
  #busy = false;
  #reloadAsked = false;

  constructor(options: ListingOptions<T>) {
    this.#options = options;
  }

  /** Reads the first page again, after the call under way if there is one. */
  reload(): void {
    this.#reloadAsked = true;
    void this.#work(undefined);
  }

  /** Reads the page after the last one. */
  more(): void {
    if (this.#listed.nextCursor !== null) void this.#work(this.#listed.nextCursor);
  }

  /** Ends the call under way; nothing changes any more. */
  close(): void {
    this.#ending.abort();
  }

  async #work(cursor: string | undefined): Promise<void> {
    if (this.#busy || this.#ending.signal.aborted) return;
    this.#busy = true;
    if (cursor !== undefined) await this.#read(cursor);
    while (this.#reloadAsked && !this.#ending.signal.aborted) {
      this.#reloadAsked = false;
      await this.#read(undefined);
    }
    this.#busy = false;
  }

  async #read(cursor: string | undefined): Promise<void> {
    const { http, first } = this.#options;
    const { signal } = this.#ending;
    this.#change({ ...this.#listed, asking: true });
    try {
      const separator = first.includes('?') ? '&' : '?';
      const at = cursor === undefined ? first : `${first}${separator}cursor=${encodeURIComponent(cursor)}`;
      const page = await http.json<PageOf<T>>(at, { signal });
      const joined = cursor === undefined ? this.#renewed(page) : this.#longer(page);
      this.#change({ ...joined, isNew: false, asking: false, problem: undefined });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : unreachable(error);
      this.#change({ ...this.#listed, isNew: false, asking: false, problem });
    }
  }

  #longer({ items, nextCursor }: PageOf<T>): PageOf<T> {
    return { items: [...this.#listed.items, ...items], nextCursor };
  }

  /** The first page, and behind it what had been read before where the two meet. */
  #renewed(page: PageOf<T>): PageOf<T> {
    const { idOf } = this.#options;
    const { items, nextCursor } = this.#listed;
    if (idOf === undefined) return page;
    const ids = new Set(page.items.map(idOf));
    const last = items.findLastIndex((item) => ids.has(idOf(item)));
    return last < 0 ? page : { items: [...page.items, ...items.slice(last + 1)], nextCursor };
  }

  #change(listed: Listed<T>): void {
    if (this.#ending.signal.aborted) return;
    this.#listed = listed;
    this.#options.onChange(listed);
  }
}
