import type { Migration } from '../data/answers.ts';
import { usePages } from '../data/use-pages.ts';
import { slugOf } from '../format/segments.ts';
import { Card } from '../parts/card.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { MoveLine } from '../parts/move-line.tsx';
import { Empty } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';

interface FlowMovesProps {
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

/** The moves behind the figures, one by one. */
export function FlowMoves({ from, to, cause }: FlowMovesProps) {
  const [fromSegment, setFrom] = useParameter('fromSegment');
  const [toSegment, setTo] = useParameter('toSegment');
  const pages = usePages<Migration>('/v1/migrations', {
    from,
    to,
    cause,
    fromSegment: fromSegment === '' ? undefined : slugOf(fromSegment),
    toSegment: toSegment === '' ? undefined : slugOf(toSegment),
    limit: 20,
  });
  const picked = fromSegment !== '' && toSegment !== '';
  const clear = () => {
    setFrom('');
    setTo('');
  };
  return (
    <Card
      title={picked ? `Moves from ${fromSegment} to ${toSegment}` : 'Moves'}
      note="Newest first."
      flush
      {...(picked
        ? {
            actions: (
              <button type="button" class="button small" onClick={clear}>
                All moves
              </button>
            ),
          }
        : {})}
    >
      {pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined && (
        <Empty title="No such moves in these dates" />
      )}
      <ul class="feed columns">
        {pages.items.map((migration) => (
          <MoveLine key={migration.feedKey} migration={migration} />
        ))}
      </ul>
      <LoadMore pages={pages} what="the moves" />
    </Card>
  );
}
