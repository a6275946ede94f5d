import type { AlertState } from '../live/alert-state.ts';
import { Card } from '../parts/card.tsx';
import { ConnectionPill } from '../parts/connection-pill.tsx';
import { MoveLine } from '../parts/move-line.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { boardPath } from '../router/routes.ts';

const shown = 9;

/** The last moves as they come. */
export function NewestAlerts({ state }: { readonly state: AlertState }) {
  return (
    <Card
      title="Newest moves"
      note="Customers who have just changed segment, newest first, with the date it took effect and the strongest reason."
      flush
      actions={
        state.connection.kind === 'open' ? undefined : (
          <ConnectionPill state={state.connection} lastDataAtMs={state.lastDataAtMs} />
        )
      }
      foot={<a href={boardPath('alerts')}>All moves</a>}
    >
      <AlertList state={state} max={shown} />
    </Card>
  );
}

/** The feed itself, or the state in place of it. */
export function AlertList({ state, max }: { readonly state: AlertState; readonly max: number }) {
  const { items, listed, problem, fresh } = state;
  if (items.length > 0) {
    return (
      <ul class="feed" aria-label="Moves between segments, newest first">
        {items.slice(0, max).map((migration) => (
          <MoveLine key={migration.feedKey} migration={migration} fresh={fresh.has(migration.feedKey)} />
        ))}
      </ul>
    );
  }
  if (problem !== undefined) return <Failed problem={problem} />;
  if (!listed) return <Loading what="the newest moves" />;
  return (
    <Empty title="Nobody has moved yet">
      Moves begin with the first segment model, which is fitted once there are enough customers.
    </Empty>
  );
}
