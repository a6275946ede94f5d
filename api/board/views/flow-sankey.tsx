import { useMemo } from 'preact/hooks';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Palette } from '../charts/palette.ts';
import { itemTip, type Pointed, tip } from '../charts/tooltip.ts';
import { count, money } from '../format/numbers.ts';
import { rankOf, titleOf } from '../format/segments.ts';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import type { FlowMeasure, MergedFlow } from './flows-view.tsx';

interface FlowSankeyProps {
  readonly flows: readonly MergedFlow[];
  readonly measure: FlowMeasure;
  readonly currency: string;
}

/** The flows as bands: from the segment on the left to the one on the right. */
export function FlowSankey({ flows, measure, currency }: FlowSankeyProps) {
  const rows = useMemo(() => [...flows].sort((a, b) => b[measure] - a[measure]), [flows, measure]);
  const draw = useMemo(
    () => (palette: Palette) => sankey(palette, rows, measure, currency),
    [rows, measure, currency],
  );
  const largest = rows[0];
  return (
    <ChartCard
      class="five"
      title="From where to where"
      note={`From the segment on the left to the one on the right; as wide as ${measure === 'count' ? 'there were moves' : `the spend that moved, ${currency}`}.`}
      label={
        largest === undefined
          ? ''
          : `The widest is ${largest.from} to ${largest.to}, ${count(largest.count)} moves.`
      }
      heightPx={420}
      draw={draw}
      table={{
        rows,
        columns: [
          { head: 'From', cell: ({ from }: MergedFlow) => <SegmentBadge name={from} plain />, names: true },
          { head: 'To', cell: ({ to }) => <SegmentBadge name={to} plain /> },
          { head: 'Moves', cell: (flow) => count(flow.count), number: true },
          { head: 'Value', cell: ({ value }) => money(value, currency), number: true },
        ],
      }}
      keyOf={({ from, to }) => `${from} ${to}`}
      empty="Nobody moved in these dates"
    />
  );
}

interface LinkData {
  readonly source: string;
  readonly target: string;
  readonly flow: MergedFlow;
}

function sankey(palette: Palette, flows: readonly MergedFlow[], measure: FlowMeasure, currency: string) {
  const shown = flows.filter((flow) => flow[measure] > 0);
  const sides = { from: new Set<string>(), to: new Set<string>() };
  for (const { from, to } of shown) {
    sides.from.add(from);
    sides.to.add(to);
  }
  const node = (side: 'from' | 'to') => (name: string) => ({
    name: `${side} ${name}`,
    depth: side === 'from' ? 0 : 1,
    itemStyle: { color: palette.segment(name), borderWidth: 0 },
    label: { position: side === 'from' ? 'right' : 'left' },
  });
  const inOrder = (names: ReadonlySet<string>) => [...names].sort((a, b) => rankOf(a) - rankOf(b));
  return {
    tooltip: itemTip((pointed) => flowTip(palette, pointed, shown, currency)),
    series: [
      {
        type: 'sankey',
        left: 2,
        right: 2,
        top: 6,
        bottom: 6,
        nodeWidth: 12,
        nodeGap: 14,
        layoutIterations: 0,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        data: [...inOrder(sides.from).map(node('from')), ...inOrder(sides.to).map(node('to'))],
        links: [...shown]
          .sort((a, b) => rankOf(a.from) - rankOf(b.from) || rankOf(a.to) - rankOf(b.to))
          .map((flow) => ({
            source: `from ${flow.from}`,
            target: `to ${flow.to}`,
            value: flow[measure],
            flow,
            lineStyle: { color: palette.segment(flow.from), opacity: 0.34, curveness: 0.5 },
          })),
        label: {
          color: palette.ink,
          fontSize: 12,
          textBorderColor: palette.surface,
          textBorderWidth: 3,
          formatter: ({ name }: { name: string }) => titleOf(segmentOf(name)),
        },
      },
    ],
  };
}

function flowTip(
  palette: Palette,
  { dataType, data, name = '' }: Pointed,
  flows: readonly MergedFlow[],
  currency: string,
): HTMLElement {
  if (dataType === 'edge') {
    const { flow } = data as LinkData;
    return tip(`${titleOf(flow.from)} → ${titleOf(flow.to)}`, [
      { name: 'moves', value: count(flow.count), colour: palette.segment(flow.from) },
      { name: 'value', value: money(flow.value, currency) },
    ]);
  }
  const side = name.startsWith('from ') ? 'from' : 'to';
  const segment = segmentOf(name);
  const of = flows.filter((flow) => flow[side] === segment);
  return tip(`${side === 'from' ? 'Left' : 'Came to'} ${titleOf(segment)}`, [
    {
      name: 'moves',
      value: count(of.reduce((sum, flow) => sum + flow.count, 0)),
      colour: palette.segment(segment),
    },
    {
      name: 'value',
      value: money(
        of.reduce((sum, flow) => sum + flow.value, 0),
        currency,
      ),
    },
  ]);
}

function segmentOf(node: string): string {
  return node.replace(/^(from|to) /, '');
}
