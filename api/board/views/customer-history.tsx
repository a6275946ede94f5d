import type { SegmentWithHistory } from '../data/customer-answers.ts';
import type { Resource } from '../data/use-resource.ts';
import { Card } from '../parts/card.tsx';
import { MoveLine } from '../parts/move-line.tsx';
import { Empty, Shown } from '../parts/states.tsx';

/** The way through the segments so far. */
export function CustomerHistory({ standing }: { readonly standing: Resource<SegmentWithHistory> }) {
  return (
    <Card class="half" title="History of segments" note="Newest first, at most the last fifty moves." flush>
      <Shown of={standing} what="the history">
        {({ history = [] }) =>
          history.length === 0 ? (
            <Empty title="Has never moved" />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
            <ul class="feed tall" tabIndex={0} aria-label="History of segments">
              {history.map((migration) => (
                <MoveLine key={migration.feedKey} migration={migration} anonymous />
              ))}
            </ul>
          )
        }
      </Shown>
    </Card>
  );
}
