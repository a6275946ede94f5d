import type { ModelQuality } from '../data/model-answers.ts';
import { day } from '../format/dates.ts';
import { percent } from '../format/numbers.ts';
import { score } from '../format/scores.ts';
import { Card } from '../parts/card.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { Empty } from '../parts/states.tsx';

const featureNames: Readonly<Record<string, string>> = {
  recencyDays: 'Days since last purchase',
  tenureDays: 'Days since first purchase',
  orders365: 'Orders in 365 days',
  spend365: 'Spend in 365 days',
};

/** Below the first a population counts as stable, beyond the second as another one. */
const stability = { moved: 0.1, another: 0.25 };

/** How far customers have moved away from what the segment model was fitted to. */
export function DriftCard({ quality }: { readonly quality: ModelQuality }) {
  const drift = quality.segments?.drift;
  return (
    <Card
      title="Drift"
      note={
        drift == null
          ? 'How far customers have moved from what the segment model was fitted to.'
          : `How far customers have moved from what ${quality.id} was fitted to; as of ${day(drift.asOf)}.`
      }
    >
      {drift == null ? (
        <Empty title="Not measured yet" />
      ) : (
        <div class="stack">
          <p class="notice" data-kind={drift.alarm === null ? 'good' : 'warn'}>
            {drift.alarm === null ? 'No refit is needed.' : `A refit is needed: ${drift.alarm}.`}
          </p>
          <Figures plain>
            <Figure
              label="Distance against the fit"
              value={score(drift.inertiaRatio)}
              unit="×"
              note="1: as close as then"
            />
            <Figure label="Far from every segment" value={percent(drift.farShare)} note="1 % at the fit" />
          </Figures>
          <div class="stack-tight">
            <h3>Population stability index</h3>
            <ul class="bars index">
              {Object.entries(drift.stabilityIndex).map(([feature, value]) => (
                <li key={feature}>
                  <span>{featureNames[feature] ?? feature}</span>
                  <div class="bar" aria-hidden="true">
                    <span
                      style={{ width: `${Math.min(100, ((value ?? 0) / (2 * stability.another)) * 100)}%` }}
                    />
                  </div>
                  <span class="number strong">{score(value)}</span>
                  <span class={`number small ${toneOf(value)}`}>{wordOf(value)}</span>
                </li>
              ))}
            </ul>
            <p class="small soft">
              Below {stability.moved} stable, beyond {stability.another} another population.
            </p>
          </div>
        </div>
      )}
    </Card>
  );
}

function wordOf(value: number | null): string {
  if (value === null) return '';
  return value < stability.moved ? 'stable' : value < stability.another ? 'moved' : 'another';
}

function toneOf(value: number | null): string {
  return value !== null && value >= stability.another
    ? 'bad'
    : value !== null && value >= stability.moved
      ? 'warn'
      : 'good';
}
