import type { Migration } from '../data/answers.ts';
import { money } from '../format/numbers.ts';
import { segmentReason } from '../format/reasons.ts';
import { boardPath } from '../router/routes.ts';
import { CauseTag } from './cause-tag.tsx';
import { SegmentBadge } from './segment-badge.tsx';
import { Time } from './time.tsx';

interface MoveLineProps {
  readonly migration: Migration;
  readonly fresh?: boolean;
  /** Without the customer, on the customer's own page. */
  readonly anonymous?: boolean;
}

/** One move between segments: who, from where to where, why, and what it is worth. */
export function MoveLine({ migration, fresh, anonymous }: MoveLineProps) {
  const { customerId, from, to, cause, at, reasons, spend365, currency } = migration;
  return (
    <li
      class={[fresh && 'arriving', anonymous && 'anonymous'].filter(Boolean).join(' ')}
      data-feed-key={migration.feedKey}
    >
      <span class="move">
        {!anonymous && (
          <a class="strong wrap" href={boardPath('customers', customerId)}>
            {customerId}
          </a>
        )}
        <SegmentBadge name={from} plain />
        <span aria-hidden="true">→</span>
        <span class="visually-hidden">to</span>
        <SegmentBadge name={to} plain />
      </span>
      <span class="small soft">
        <Time at={at} />
      </span>
      <span class="why">
        <CauseTag cause={cause} /> · {money(spend365, currency)} in 365 days
        {reasons[0] !== undefined && ` · ${segmentReason(reasons[0], currency)}`}
      </span>
    </li>
  );
}
