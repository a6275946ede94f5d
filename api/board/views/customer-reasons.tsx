import type { Profile } from '../data/customer-answers.ts';
import { day } from '../format/dates.ts';
import { percent } from '../format/numbers.ts';
import { changeSentence, nowAndThen, predictionReason, segmentReason } from '../format/reasons.ts';
import { Card } from '../parts/card.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';

/** Why the segment and the prediction are what they are, and what would change them. */
export function CustomerReasons({ profile }: { readonly profile: Profile }) {
  const { segment, predictions, currency } = profile;
  const hasKept = profile.features.lifetime.units > 0;
  const changes = predictions.changes.flatMap(
    (change) => changeSentence(change, { currency, hasKept }) ?? [],
  );
  return (
    <Card
      class="half"
      title="Why"
      note="What the answers rest on, the strongest first, and what would change them."
    >
      <div class="stack">
        <section class="stack-tight">
          <h3>
            {segment.name === null ? 'No segment yet' : 'Segment '}
            {segment.name !== null && <SegmentBadge name={segment.name} plain />}
          </h3>
          {segment.abstained !== null && <p class="soft">{segment.abstained}</p>}
          {segment.since !== null && segment.reasons.length > 0 && (
            <p class="small soft">Since {day(segment.since)}. What spoke for it on that day:</p>
          )}
          <ul class="reasons">
            {segment.reasons.map((reason) => (
              <li key={reason.feature} data-strong={(reason.weight ?? 0) > 0 ? '' : undefined}>
                <span>{segmentReason(reason, currency)}</span>
                <span class="small soft">{nowAndThen(reason, currency)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section class="stack-tight">
          <h3>Prediction</h3>
          {predictions.abstained !== null && <p class="soft">{predictions.abstained}</p>}
          <ul class="reasons">
            {predictions.reasons.map(({ code, text }) => (
              <li key={code} data-strong="">
                {predictionReason(code, text, currency)}
              </li>
            ))}
          </ul>
          {predictions.purchaseProbability['30d'] !== null && (
            <p class="small soft">
              Chance of a purchase: {percent(predictions.purchaseProbability['7d'])} within 7 days,{' '}
              {percent(predictions.purchaseProbability['30d'])} within 30,{' '}
              {percent(predictions.purchaseProbability['90d'])} within 90, as of {day(profile.asOf)}.
            </p>
          )}
        </section>
        {changes.length > 0 && (
          <section class="stack-tight">
            <h3>What would change it</h3>
            <ul class="reasons">
              {changes.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Card>
  );
}
