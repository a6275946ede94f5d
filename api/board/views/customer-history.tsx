import type { SegmentWithHistory } from '../data/customer-answers.ts';
import type { Resource } from '../data/use-resource.ts';
import { Card } from '../parts/card.tsx';
import { MoveLine } from '../parts/move-line.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
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
            <ScrollFrame label="History of segments" tall>
              <ul class="feed">
                {history.map((migration) => (
                  <MoveLine key={migration.feedKey} migration={migration} anonymous />
                ))}
              </ul>
            </ScrollFrame>
          )
        }
      </Shown>
    </Card>
  );
}
