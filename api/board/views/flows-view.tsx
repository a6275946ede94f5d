import { useMemo } from 'preact/hooks';
import type { Cause, Flow, Flows, Segments } from '../data/answers.ts';
import { withQuery } from '../data/http.ts';
import { useResource } from '../data/use-resource.ts';
import { count, counted, money, percent } from '../format/numbers.ts';
import { isWorse } from '../format/segments.ts';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { InPeriod, PeriodFields, usePeriod } from '../parts/period-fields.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';
import { FlowMatrix } from './flow-matrix.tsx';
import { FlowMoves } from './flow-moves.tsx';
import { FlowSankey } from './flow-sankey.tsx';
import { upToOf } from './segments-view.tsx';

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
  const segments = useResource<Segments>('/v1/segments', { everyMs: 15_000 });
  const upTo = segments.data === undefined ? null : upToOf(segments.data);
  const period = usePeriod(upTo, 90);
  const [cause, setCause] = useParameter('cause');
  const [measure, setMeasure] = useParameter('measure', 'count');
  const path =
    period === undefined || period.isReversed
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
      {segments.data !== undefined && upTo === null ? (
        <div class="card">
          <Empty title="Nothing has been bought yet">
            Customers begin to move with the first segment model, which is fitted once there are enough of
            them.
          </Empty>
        </div>
      ) : (
        <>
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
          <InPeriod period={period}>
            <Shown
              of={period === undefined && segments.problem ? { ...flows, problem: segments.problem } : flows}
              what="the flows"
            >
              {(data) => (
                <FlowParts flows={data} currency={currency} measure={measure as FlowMeasure} cause={cause} />
              )}
            </Shown>
          </InPeriod>
        </>
      )}
    </>
  );
}

interface FlowPartsProps {
  readonly flows: Flows;
  readonly currency: string;
  readonly measure: FlowMeasure;
  readonly cause: string;
}

function FlowParts({ flows, currency, measure, cause }: FlowPartsProps) {
  const merged = useMemo(() => mergeCauses(flows.flows), [flows]);
  const better = sumOf(merged.filter(({ from, to }) => !isWorse(from, to)));
  const worse = sumOf(merged.filter(({ from, to }) => isWorse(from, to)));
  const moves = better.count + worse.count;
  const share = (of: number) =>
    moves === 0 ? 'no moves' : `${percent(of / moves)} of ${counted(moves, 'move')}`;
  return (
    <>
      <Figures>
        <Figure
          label="To a better segment"
          value={count(better.count)}
          note={share(better.count)}
          tone={better.count > 0 ? 'good' : undefined}
        />
        <Figure
          label="To a worse one"
          value={count(worse.count)}
          note={share(worse.count)}
          tone={worse.count > 0 ? 'bad' : undefined}
        />
        <Figure
          label="Value that moved up"
          value={money(better.value, currency)}
          note="their spend of 365 days"
          tone={better.value > 0 ? 'good' : undefined}
        />
        <Figure
          label="Value that moved down"
          value={money(worse.value, currency)}
          note="their spend of 365 days"
          tone={worse.value > 0 ? 'bad' : undefined}
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

function sumOf(flows: readonly MergedFlow[]): Pick<MergedFlow, 'count' | 'value'> {
  return {
    count: flows.reduce((sum, flow) => sum + flow.count, 0),
    value: flows.reduce((sum, flow) => sum + flow.value, 0),
  };
}

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
