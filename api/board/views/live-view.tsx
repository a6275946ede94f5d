import type { Live } from '../data/answers.ts';
import { useBoard } from '../data/board-context.ts';
import { useStore } from '../data/use-store.ts';
import { day, instantMs, minute } from '../format/dates.ts';
import { count, decimal, duration } from '../format/numbers.ts';
import { type LiveState, pointsMax } from '../live/live-state.ts';
import { Card } from '../parts/card.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { boardPath } from '../router/routes.ts';
import { NewestAlerts } from './newest-alerts.tsx';
import { SegmentSizes } from './segment-sizes.tsx';
import { ThroughputCharts } from './throughput-charts.tsx';

/** What happens this second. */
export function LiveView() {
  const { live, alerts } = useBoard();
  const state = useStore(live);
  const feed = useStore(alerts);
  return (
    <>
      <PageHead
        title="Live"
        note="The pipeline this second: events as they come, where customers stand, and who has just moved."
      />
      <Now state={state} />
      <div class="grid">
        <div class="seven stack">
          <Card
            title="Customers by segment"
            note={`Customers in each segment ${countedWhen(state.latest)}, share of all, and the change since this page was opened.`}
          >
            {state.latest === undefined ? (
              <Waiting state={state} what="the segments" />
            ) : (
              <SegmentSizes latest={state.latest} first={state.first ?? state.latest} />
            )}
          </Card>
          <ThroughputCharts state={state} />
        </div>
        <div class="five">
          <NewestAlerts state={feed} />
        </div>
      </div>
    </>
  );
}

function Now({ state }: { readonly state: LiveState }) {
  const { latest, points } = state;
  if (latest === undefined) {
    return (
      <div class="card">
        <div class="card-body">
          <Waiting state={state} what="the live figures" />
        </div>
      </div>
    );
  }
  const { event = 0, time = 0, model = 0 } = latest.migrationsByCause;
  return (
    <Figures six>
      <Figure
        label="Events per second"
        value={decimal(latest.eventsPerSecond)}
        note={
          latest.eventsPerSecond === null ? (
            'on the dashboard of operations'
          ) : (
            <Sparkline values={points.map(({ eventsPerSecond }) => eventsPerSecond ?? 0)} span={pointsMax} />
          )
        }
      />
      <Figure label="Lag" value={duration(latest.lagMs)} note="age of the oldest record not yet processed" />
      <Figure
        label="Watermark"
        value={day(latest.watermark)}
        note={
          latest.watermark === null
            ? 'no event yet'
            : `${minute(latest.watermark)} ${latest.clock === 'event' ? 'event time' : 'UTC'}`
        }
      />
      <Figure
        label="Customers"
        value={count(latest.customers)}
        note={`${count(latest.eventsApplied)} events taken in${isCountedNow(latest) ? '' : `; ${countedWhen(latest)}`}`}
      />
      <Figure
        label="Moves between segments"
        value={count(event + time + model)}
        note={`${count(event)} by purchases, ${count(time)} by time, ${count(model)} by models`}
      />
      <Figure
        label="Quarantined"
        value={count(latest.quarantined)}
        tone={latest.quarantined > 0 ? 'warn' : undefined}
        note={
          latest.quarantined > 0 ? (
            <a href={boardPath('quarantine')}>Look at the records</a>
          ) : (
            'every record could be used'
          )
        }
      />
    </Figures>
  );
}

/** How old counts may be and still be called those of now, ms. */
const nowMsMax = 60_000;

function isCountedNow({ countedAt, asOf }: Live): boolean {
  return countedAt !== null && instantMs(asOf) - instantMs(countedAt) <= nowMsMax;
}

/** Where the pipeline does not run beside the API, counts are those of the last census. */
function countedWhen(latest: Live | undefined): string {
  if (latest === undefined || isCountedNow(latest)) return 'now';
  return latest.countedAt === null
    ? 'from the first daily count on'
    : `as counted on ${minute(latest.countedAt)}`;
}

export function Waiting({ state, what }: { readonly state: LiveState; readonly what: string }) {
  const { connection } = state;
  if (connection.kind === 'refused' || connection.kind === 'waiting')
    return <Failed problem={connection.problem} />;
  return <Loading what={what} />;
}
