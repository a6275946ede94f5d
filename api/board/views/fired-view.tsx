import type { DeadDelivery, FiredAlert } from '../data/rule-answers.ts';
import { type Pages, usePages } from '../data/use-pages.ts';
import { money, percent } from '../format/numbers.ts';
import { useFiredAlerts } from '../live/use-fired-alerts.ts';
import { Card } from '../parts/card.tsx';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { ConnectionPill } from '../parts/connection-pill.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { boardPath } from '../router/routes.ts';
import { useParameter } from '../router/use-route.ts';
import { AlertsTabs } from './alerts-tabs.tsx';
import { DeliveryLine } from './deliveries.tsx';
import { GivenUp } from './given-up.tsx';

/** What rules have fired, and whether it has arrived. */
export function FiredView() {
  const [rule, setRule] = useParameter('rule');
  const [shown, setShown] = useParameter('shown', 'all');
  const alerts = usePages<FiredAlert>('/v1/rule-alerts', { rule, limit: 25 }, ({ id }) => id);
  const givenUp = usePages<DeadDelivery>('/v1/deliveries', { limit: 50 });
  const stream = useFiredAlerts(() => {
    alerts.reload();
    givenUp.reload();
  });
  const choices = [
    { value: 'all', name: 'All' },
    { value: 'given-up', name: `Given up${countOf(givenUp)}` },
  ];
  return (
    <>
      <PageHead
        title="Alerts"
        note="What rules have fired, newest first, with every delivery: how often it was tried, and what came of it."
        actions={stream.kind !== 'open' && <ConnectionPill state={stream} lastDataAtMs={undefined} />}
      />
      <AlertsTabs current="fired" />
      <Card
        title={shown === 'given-up' ? 'Given up' : 'Fired by rules'}
        flush
        note={
          shown === 'given-up'
            ? 'Tried as often as it is worth, or refused for good: nothing more is sent unless you say so.'
            : rule === ''
              ? 'Of all rules.'
              : 'Of one rule.'
        }
        actions={
          <>
            {rule !== '' && shown === 'all' && (
              <button type="button" class="button small" onClick={() => setRule('')}>
                Of all rules
              </button>
            )}
            <ChoiceSwitch label="Shown" choices={choices} value={shown} onChange={setShown} />
          </>
        }
      >
        {shown === 'given-up' ? <GivenUp pages={givenUp} /> : <FiredAlerts pages={alerts} />}
      </Card>
    </>
  );
}

/** How many there are, as far as that is known; nothing for none. */
function countOf({ items, hasMore }: Pages<DeadDelivery>): string {
  return items.length === 0 ? '' : ` (${items.length}${hasMore ? ' and more' : ''})`;
}

function FiredAlerts({ pages }: { readonly pages: Pages<FiredAlert> }) {
  return (
    <>
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
            why={alert.suppressed ? 'beyond what the rule may send in an hour' : undefined}
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
  const { productId, category, probabilityAlive, purchaseProbability, withinDays } = detail;
  if (kind === 'replenishment-due') return `${String(productId ?? category ?? 'a product')} is due`;
  if (typeof purchaseProbability === 'number') {
    return `buys within ${String(withinDays)} days: ${percent(purchaseProbability)}`;
  }
  if (typeof probabilityAlive === 'number') return `chance alive ${percent(probabilityAlive)}`;
  return 'is slipping away';
}
