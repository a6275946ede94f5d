import { useBoard } from '../data/board-context.ts';
import type { Delivery, FiredAlert } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { usePages } from '../data/use-pages.ts';
import { money } from '../format/numbers.ts';
import { useFiredAlerts } from '../live/use-fired-alerts.ts';
import { Card } from '../parts/card.tsx';
import { ConnectionPill } from '../parts/connection-pill.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty, headline } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath, boardPath } from '../router/routes.ts';
import { useParameter } from '../router/use-route.ts';
import { AlertsTabs } from './alerts-tabs.tsx';

/** What rules have fired, and whether it has arrived. */
export function FiredView() {
  const [rule, setRule] = useParameter('rule');
  const pages = usePages<FiredAlert>('/v1/rule-alerts', { rule, limit: 25 });
  const stream = useFiredAlerts(pages.reload);
  return (
    <>
      <PageHead
        title="Alerts"
        note="What rules have fired, newest first, with every delivery: how often it was tried, and what came of it."
        actions={stream.kind !== 'open' && <ConnectionPill state={stream} lastDataAtMs={undefined} />}
      />
      <AlertsTabs current="fired" />
      <Card
        title="Fired by rules"
        flush
        note={rule === '' ? 'Of all rules.' : 'Of one rule.'}
        actions={
          rule !== '' && (
            <button type="button" class="button small" onClick={() => setRule('')}>
              Of all rules
            </button>
          )
        }
      >
        {pages.items.length === 0 && !pages.loading && !pages.hasMore && pages.problem === undefined && (
          <Empty title="No rule has fired yet">
            Rules watch what happens from the moment they are made.{' '}
            <a href={boardPath('alerts', 'rules')}>The rules</a>
          </Empty>
        )}
        <ul class="feed" aria-label="Fired alerts, newest first">
          {pages.items.map((alert) => (
            <Fired key={alert.id} alert={alert} reload={pages.reload} />
          ))}
        </ul>
        <LoadMore pages={pages} what="the alerts" />
      </Card>
    </>
  );
}

interface FiredProps {
  readonly alert: FiredAlert;
  readonly reload: () => void;
}

function Fired({ alert, reload }: FiredProps) {
  return (
    <li data-alert-id={alert.id}>
      <span class="move">
        <a class="strong wrap" href={boardPath('customers', alert.customerId)}>
          {alert.customerId}
        </a>
        <What alert={alert} />
      </span>
      <span class="small soft">
        <Time at={alert.at} />
      </span>
      <span class="why wrap">
        <a href={boardPath('alerts', 'rules', alert.ruleId)}>{alert.ruleName}</a> ·{' '}
        {money(alert.value, alert.currency)} in 365 days · fired <Time at={alert.firedAt} exact />
      </span>
      <ul class="deliveries">
        {alert.deliveries.map((delivery) => (
          <DeliveryLine
            key={delivery.id ?? `${delivery.kind} ${delivery.target}`}
            delivery={delivery}
            reload={reload}
          />
        ))}
      </ul>
    </li>
  );
}

/** The move, where it was one; else what the alert says of itself. */
function What({ alert: { detail, kind } }: { readonly alert: FiredAlert }) {
  const { from, to } = detail;
  if (typeof from === 'string' && typeof to === 'string') {
    return (
      <>
        <SegmentBadge name={from} plain />
        <span aria-hidden="true">→</span>
        <span class="visually-hidden">to</span>
        <SegmentBadge name={to} plain />
      </>
    );
  }
  return <span class="wrap">{wordsOf(kind, detail)}</span>;
}

function wordsOf(kind: FiredAlert['kind'], detail: FiredAlert['detail']): string {
  const { productId, category, probabilityAlive } = detail;
  if (kind === 'replenishment-due') return `${String(productId ?? category ?? 'a product')} is due`;
  if (typeof probabilityAlive === 'number') return `chance alive ${Math.round(probabilityAlive * 100)} %`;
  return 'is slipping away';
}

const tones = {
  delivered: 'good',
  pending: 'accent',
  held: 'warn',
  suppressed: undefined,
  dead: 'bad',
} as const;

function DeliveryLine({ delivery, reload }: { readonly delivery: Delivery; readonly reload: () => void }) {
  const { http } = useBoard();
  const replay = useAction(async () => {
    if (delivery.id === null) return;
    await http.json(`${apiPath('deliveries', delivery.id)}/replay`, { method: 'POST' });
    reload();
  });
  const { status, kind, target, attempts, lastError, nextAttemptAt } = delivery;
  return (
    <li>
      <span class="tag" data-kind={tones[status]}>
        {status}
      </span>
      <span class="wrap">{kind === 'stream' ? 'live stream' : `${kind} ${target ?? ''}`}</span>
      {attempts > 1 && <span class="soft">{attempts} attempts</span>}
      {lastError !== null && <span class="bad wrap">{lastError}</span>}
      {nextAttemptAt !== null && status !== 'delivered' && (
        <span class="soft">
          next <Time at={nextAttemptAt} exact />
        </span>
      )}
      {status === 'dead' && delivery.id !== null && (
        <button type="button" class="button small" disabled={replay.busy} onClick={() => replay.run()}>
          Send again
        </button>
      )}
      {replay.problem !== undefined && <span class="bad">{headline(replay.problem)}</span>}
    </li>
  );
}
