import type { SegmentSummary, Segments } from '../data/answers.ts';
import { count, days, decimal, money, percent, signed } from '../format/numbers.ts';
import { DataTable } from '../parts/data-table.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';

/** All segments: size, worth, middle, and where they are heading. */
export function SegmentsTable({ segments }: { readonly segments: Segments }) {
  const { currency } = segments;
  return (
    <DataTable<SegmentSummary>
      caption="The segments, best first"
      rows={segments.segments}
      keyOf={({ name }) => name}
      columns={[
        {
          head: 'Segment',
          names: true,
          cell: ({ name, meaning }) => (
            <>
              <SegmentBadge name={name} />
              <div class="small soft meaning">{meaning}</div>
            </>
          ),
        },
        { head: 'Customers', number: true, cell: ({ size }) => count(size) },
        { head: 'Share', number: true, cell: ({ share }) => percent(share) },
        { head: 'Net, 28 days', number: true, cell: ({ netChange28 }) => signed(netChange28) },
        {
          head: 'Revenue, 28 days',
          number: true,
          cell: ({ revenue }) => money(revenue.last28Days, currency),
        },
        { head: 'Revenue, lifetime', number: true, cell: ({ revenue }) => money(revenue.lifetime, currency) },
        { head: 'Last purchase, median', number: true, cell: ({ medians }) => ago(medians?.recencyDays) },
        {
          head: 'Purchase days, median',
          number: true,
          cell: ({ medians }) => decimal(medians?.purchaseDays),
        },
        { head: 'Spend, median', number: true, cell: ({ medians }) => money(medians?.spend, currency) },
      ]}
    />
  );
}

function ago(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${days(value)} ago`;
}
