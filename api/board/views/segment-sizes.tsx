import type { Live } from '../data/answers.ts';
import { count, percent, signed } from '../format/numbers.ts';
import { colourVariable, segmentNames, unassigned } from '../format/segments.ts';
import { placed } from '../live/live-state.ts';
import { SegmentBadge } from '../parts/segment-badge.tsx';

/** Sizes and shares of the segments, moving as they change. */
export function SegmentSizes({ latest, first }: { readonly latest: Live; readonly first: Live }) {
  const population = placed(latest);
  const rows = [
    ...segmentNames.map((name) => ({
      name: name as string,
      size: latest.segments[name] ?? 0,
      before: first.segments[name] ?? 0,
    })),
    { name: unassigned, size: latest.unassigned, before: first.unassigned },
  ];
  const largest = Math.max(...rows.map(({ size }) => size), 1);
  return (
    <>
      <ul class="bars" data-population={population}>
        {rows
          .filter(({ name, size }) => name !== unassigned || size > 0)
          .map(({ name, size, before }) => (
            <li key={name} data-segment={name} data-size={size}>
              <SegmentBadge name={name} />
              <div class="bar" aria-hidden="true">
                <span
                  style={{
                    '--segment-colour': `var(${colourVariable(name)})`,
                    width: `${(size / largest) * 100}%`,
                  }}
                />
              </div>
              <span class="number strong">{count(size)}</span>
              <span class="number soft">{percent(population === 0 ? 0 : size / population)}</span>
              <span class="number soft delta">{size === before ? '' : signed(size - before)}</span>
            </li>
          ))}
      </ul>
      <p class="small soft chart-note">
        {count(population)} customers in all
        {population === latest.customers ? '' : `; ${count(latest.customers)} counted`}.
      </p>
    </>
  );
}
