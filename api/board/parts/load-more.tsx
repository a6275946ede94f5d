import type { Pages } from '../data/use-pages.ts';
import { Failed, Loading } from './states.tsx';

/** The end of a listing: more to come, being read, or why it can't be. */
export function LoadMore<T>({ pages, what }: { readonly pages: Pages<T>; readonly what: string }) {
  if (pages.problem !== undefined) return <Failed problem={pages.problem} retry={pages.reload} />;
  if (pages.loading && pages.items.length === 0) {
    return (
      <div class="card-foot">
        <Loading what={what} />
      </div>
    );
  }
  if (!pages.hasMore) return null;
  return (
    <div class="card-foot">
      <button type="button" class="button small" disabled={pages.loading} onClick={pages.more}>
        {pages.loading ? 'Reading…' : pages.items.length === 0 ? 'Look further back' : 'Show more'}
      </button>
    </div>
  );
}
