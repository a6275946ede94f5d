import { useMemo } from 'preact/hooks';
import type { Cause, Flow, Flows, Segments } from '../data/answers.ts';
import { withQuery } from '../data/http.ts';
import { useResource } from '../data/use-resource.ts';
import { day } from '../format/dates.ts';
import { count, money } from '../format/numbers.ts';
import { isWorse } from '../format/segments.ts';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PeriodFields, usePeriod } from '../parts/period-fields.tsx';
import { Shown } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';
import { FlowMatrix } from './flow-matrix.tsx';
import { FlowMoves } from './flow-moves.tsx';
import { FlowSankey } from './flow-sankey.tsx';

const causes = [
  { value: '', name: 'Any cause' },
  { value: 'event', name: 'Purchases' },
  { value: 'time', name: 'Time' },
  { value: 'model', name: 'Models' },
] as const;

const measures = [
  { value: 'count', name: 'Moves' },
  { value: 'value', name: 'Value' },
] as const;

export type FlowMeasure = (typeof measures)[number]['value'];

/** Who moved from where to where between two dates, and what it was worth. */
export function FlowsView() {
  const segments = useResource<Segments>('/v1/segments');
  const period = usePeriod(segments.data?.asOf ?? segments.data?.watermark ?? null, 90);
  const [cause, setCause] = useParameter('cause');
  const [measure, setMeasure] = useParameter('measure', 'count');
  const path =
    period === undefined
      ? undefined
      : withQuery('/v1/segments/migrations', { from: period.from, to: period.to, cause });
  const flows = useResource<Flows>(path);
  const currency = flows.data?.currency ?? segments.data?.currency ?? '';
  return (
    <>
      <PageHead
        title="Flows"
        note="Every move between segments within the dates. A customer who moves twice counts twice; value is the spend of the last 365 days at the move."
      />
      <div class="filters">
        <PeriodFields period={period} />
        <ChoiceSwitch label="Cause" choices={causes} value={cause as Cause | ''} onChange={setCause} />
        <ChoiceSwitch
          label="Measure"
          choices={measures}
          value={measure as FlowMeasure}
          onChange={setMeasure}
        />
      </div>
      <Shown
        of={period === undefined && segments.problem ? { ...flows, problem: segments.problem } : flows}
        what="the flows"
      >
        {(data) => (
          <FlowParts
            flows={data}
            currency={currency}
            measure={measure as FlowMeasure}
            cause={cause}
            lastDay={period?.lastDay ?? data.to}
          />
        )}
      </Shown>
    </>
  );
}

interface FlowPartsProps {
  readonly flows: Flows;
  readonly currency: string;
  readonly measure: FlowMeasure;
  readonly cause: string;
  readonly lastDay: string;
}

function FlowParts({ flows, currency, measure, cause, lastDay }: FlowPartsProps) {
  const merged = useMemo(() => mergeCauses(flows.flows), [flows]);
  const moves = merged.reduce((sum, flow) => sum + flow.count, 0);
  const better = merged.filter(({ from, to }) => !isWorse(from, to));
  return (
    <>
      <Figures>
        <Figure label="Moves" value={count(moves)} note={`${day(flows.from)} to ${day(lastDay)}`} />
        <Figure
          label="To a better segment"
          value={count(better.reduce((sum, flow) => sum + flow.count, 0))}
          note={money(
            better.reduce((sum, flow) => sum + flow.value, 0),
            currency,
          )}
          tone="good"
        />
        <Figure
          label="To a worse one"
          value={count(moves - better.reduce((sum, flow) => sum + flow.count, 0))}
          tone="bad"
        />
        <Figure
          label="Value at risk"
          value={money(flows.valueAtRisk, currency)}
          note="that moved to a worse segment"
          tone={flows.valueAtRisk > 0 ? 'bad' : undefined}
        />
      </Figures>
      <div class="grid even">
        <FlowSankey flows={merged} measure={measure} currency={currency} />
        <FlowMatrix flows={merged} measure={measure} currency={currency} />
      </div>
      <FlowMoves from={flows.from} to={flows.to} cause={cause} />
    </>
  );
}

export type MergedFlow = Omit<Flow, 'cause'>;

/** One flow for each pair of segments, whatever the causes. */
function mergeCauses(flows: readonly Flow[]): MergedFlow[] {
  const pairs = new Map<string, MergedFlow>();
  for (const { from, to, count: moves, value } of flows) {
    const key = `${from}\n${to}`;
    const pair = pairs.get(key);
    pairs.set(key, { from, to, count: (pair?.count ?? 0) + moves, value: (pair?.value ?? 0) + value });
  }
  return [...pairs.values()].filter((flow) => flow.count > 0);
}
