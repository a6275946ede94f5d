import { count, money, shortMoney } from '../format/numbers.ts';
import { isWorse, segmentNames } from '../format/segments.ts';
import { Card } from '../parts/card.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import { Empty } from '../parts/states.tsx';
import { useParameter } from '../router/use-route.ts';
import type { FlowMeasure, MergedFlow } from './flows-view.tsx';

interface FlowMatrixProps {
  readonly flows: readonly MergedFlow[];
  readonly measure: FlowMeasure;
  readonly currency: string;
}

/** The same flows as figures; a cell picks the moves listed below. */
export function FlowMatrix({ flows, measure, currency }: FlowMatrixProps) {
  const [from, setFrom] = useParameter('fromSegment');
  const [to, setTo] = useParameter('toSegment');
  const cells = new Map(flows.map((flow) => [`${flow.from}\n${flow.to}`, flow]));
  const largest = Math.max(1, ...flows.map((flow) => flow[measure]));
  const pick = (row: string, column: string) => {
    const same = from === row && to === column;
    setFrom(same ? '' : row);
    setTo(same ? '' : column);
  };
  return (
    <Card
      class="seven"
      title="Matrix"
      note={`${measure === 'count' ? 'Moves' : `Spend that moved, ${currency},`} from the row to the column; red for moves to a worse segment. Pick a cell to list its moves.`}
      flush
    >
      {flows.length === 0 ? (
        <Empty title="Nobody moved in these dates" />
      ) : (
        <ScrollFrame label="Moves from row to column" class="roomy">
          <table class="matrix">
            <thead>
              <tr>
                <th scope="col">
                  <span class="visually-hidden">From</span>
                </th>
                {segmentNames.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {segmentNames.map((row) => (
                <tr key={row}>
                  <th scope="row">
                    <SegmentBadge name={row} plain />
                  </th>
                  {segmentNames.map((column) => {
                    const flow = cells.get(`${row}\n${column}`);
                    if (flow === undefined) {
                      return (
                        <td key={column}>
                          <span class="cell soft">{row === column ? '' : '·'}</span>
                        </td>
                      );
                    }
                    const strength = Math.round(6 + 34 * Math.sqrt(Math.max(0, flow[measure]) / largest));
                    return (
                      <td key={column}>
                        <button
                          type="button"
                          class={`cell${isWorse(row, column) ? ' worse' : ''}`}
                          style={{ '--strength': String(strength) }}
                          aria-pressed={from === row && to === column}
                          aria-label={`${row} to ${column}: ${count(flow.count)} moves, ${money(flow.value, currency)}`}
                          onClick={() => pick(row, column)}
                        >
                          {measure === 'count'
                            ? count(flow.count)
                            : shortMoney(Math.round(flow.value), currency)}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollFrame>
      )}
    </Card>
  );
}
