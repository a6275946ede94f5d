import type { Cause, Migration } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { usePages } from '../data/use-pages.ts';
import { useStore } from '../data/use-store.ts';
import { count } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { ConnectionPill } from '../parts/connection-pill.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { MoveLine } from '../parts/move-line.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Empty } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';
import { AlertsTabs } from './alerts-tabs.tsx';
import { AlertList } from './newest-alerts.tsx';

type Filter = 'all' | Cause;

const filters: readonly { readonly value: Filter; readonly name: string }[] = [
  { value: 'all', name: 'All' },
  { value: 'event', name: 'By purchases' },
  { value: 'time', name: 'By time' },
  { value: 'model', name: 'By models' },
];

const shown = 100;

/** Every move between segments, as it comes. */
export function AlertsView() {
  const { alerts } = useBoard();
  const state = useStore(alerts);
  const [cause, setCause] = useParameter('cause', 'all');
  return (
    <>
      <PageHead
        title="Alerts"
        note="A customer who changes segment is an alert, whether by a purchase, by silence or by a new model. Rules pick those worth telling someone about."
        actions={
          state.connection.kind !== 'open' && (
            <ConnectionPill state={state.connection} lastDataAtMs={undefined} />
          )
        }
      />
      <AlertsTabs current="alerts" />
      <Card
        title="Moves between segments"
        note={`Newest first; ${count(state.arrived)} have come since this page was opened.`}
        flush
        actions={<ChoiceSwitch label="Cause" choices={filters} value={cause as Filter} onChange={setCause} />}
      >
        {cause === 'all' ? <AlertList state={state} max={shown} /> : <FilteredMoves cause={cause} />}
      </Card>
    </>
  );
}

/** Moves of one cause, as they stood when they were asked for. */
function FilteredMoves({ cause }: { readonly cause: string }) {
  const pages = usePages<Migration>('/v1/alerts', { cause, limit: 50 });
  return (
    <>
      {pages.items.length > 0 && (
        <ul class="feed">
          {pages.items.map((migration) => (
            <MoveLine key={migration.feedKey} migration={migration} />
          ))}
        </ul>
      )}
      {pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined && (
        <Empty title="No such moves yet" />
      )}
      <LoadMore pages={pages} what="the moves" />
    </>
  );
}
