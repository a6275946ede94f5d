import type { Outlook, Profile, PurchasePage, SegmentWithHistory } from '../data/customer-answers.ts';
import { useResource } from '../data/use-resource.ts';
import { day, distance, instantMs, msPerDay } from '../format/dates.ts';
import { money, percent } from '../format/numbers.ts';
import { boughtSoFar, purchaseDays } from '../format/reasons.ts';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { apiPath, boardPath, isUnreachable } from '../router/routes.ts';
import { CustomerHistory } from './customer-history.tsx';
import { CustomerReasons } from './customer-reasons.tsx';
import { OutlookCard } from './outlook-card.tsx';
import { ProductsDue } from './products-due.tsx';
import { PurchaseList } from './purchase-list.tsx';
import { PurchaseTimeline } from './purchase-timeline.tsx';

const above = [{ name: 'Customers', path: boardPath('customers') }];

/** One customer: what was bought, what will be, and why the answer is what it is. */
export function CustomerView({ id }: { readonly id: string }) {
  const asked = isUnreachable(id) ? undefined : id;
  const of = (...parts: string[]) =>
    asked === undefined ? undefined : apiPath('customers', asked, ...parts);
  const profile = useResource<Profile>(of(), { everyMs: 20_000 });
  const outlook = useResource<Outlook>(profile.data && withDays(of('outlook'), profile.data));
  const standing = useResource<SegmentWithHistory>(of('segment'));
  const purchases = useResource<PurchasePage>(withLimit(of('purchases')));
  if (asked === undefined || profile.problem?.status === 404) {
    return (
      <>
        <PageHead title={id} above={above} />
        <Empty title="No such customer">
          No purchase of a customer with this id has been processed. Ids are compared letter by letter.
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={id}
        above={above}
        note={
          profile.data && (
            <>
              As of {day(profile.data.asOf)}. Money in {profile.data.currency}.
            </>
          )
        }
      />
      <Shown of={profile} what="the customer">
        {(data) => (
          <>
            <Summary profile={data} />
            <div class="grid even">
              <PurchaseTimeline profile={data} purchases={purchases} />
              <OutlookCard profile={data} outlook={outlook} />
              <CustomerReasons profile={data} />
              <ProductsDue profile={data} />
              <CustomerHistory standing={standing} />
              <PurchaseList purchases={purchases} />
            </div>
          </>
        )}
      </Shown>
    </>
  );
}

/** How far ahead the outlook looks: half a year, or as far as the next change of segment and a little beyond. */
const outlookDays = { least: 180, most: 700 };
const outlookPoints = 60;

function withDays(path: string | undefined, { asOf, segment }: Profile): string | undefined {
  if (path === undefined) return undefined;
  const changeMs = segment.nextChangeAt === null ? 0 : instantMs(segment.nextChangeAt) - instantMs(asOf);
  const days = Math.ceil((1.15 * changeMs) / msPerDay);
  const ahead = Math.min(outlookDays.most, Math.max(outlookDays.least, days));
  return `${path}?days=${ahead}&points=${outlookPoints}`;
}

function withLimit(path: string | undefined): string | undefined {
  return path === undefined ? undefined : `${path}?limit=100`;
}

function Summary({ profile }: { readonly profile: Profile }) {
  const { segment, predictions, features, asOf, currency } = profile;
  const { nextOrder } = predictions;
  return (
    <Figures six>
      <Figure
        label="Segment"
        value={<SegmentBadge name={segment.name} />}
        note={
          segment.since === null ? (
            segment.abstained
          ) : (
            <>
              since <Time at={segment.since} />
            </>
          )
        }
      />
      <Figure
        label="If nothing is bought"
        value={segment.nextChangeAt === null ? 'stays' : distance(segment.nextChangeAt, asOf)}
        note={
          segment.nextSegment === null || segment.nextChangeAt === null ? (
            'no change of segment ahead'
          ) : (
            <>
              then <SegmentBadge name={segment.nextSegment} plain /> on {day(segment.nextChangeAt)}
            </>
          )
        }
      />
      <Figure
        label="Buys within 90 days"
        value={percent(predictions.purchaseProbability['90d'])}
        note={predictions.abstained ?? `${percent(predictions.probabilityAlive)} likely still a customer`}
      />
      <Figure
        label="Next order"
        value={nextOrder.at === null ? '–' : day(nextOrder.at)}
        note={nextOrder.abstained ?? `likely between ${day(nextOrder.from)} and ${day(nextOrder.to)}`}
      />
      <Figure
        label="Expected in 90 days"
        value={money(predictions.expectedSpend['90d'], currency)}
        note={predictions.spendAbstained ?? purchaseDays(predictions.expectedPurchases['90d'])}
      />
      <Figure
        label="Bought so far"
        value={money(features.lifetime.spend, currency)}
        note={boughtSoFar(features.lifetime.purchaseDays, features.behaviour.recencyDays)}
      />
    </Figures>
  );
}
