import { useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import type { RuleTest } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { day } from '../format/dates.ts';
import { count, decimal, money } from '../format/numbers.ts';
import { Card } from '../parts/card.tsx';
import { Figure, Figures } from '../parts/figure.tsx';
import { advice, headline } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { boardPath } from '../router/routes.ts';
import { checkDraft, type RuleDraft } from '../rules/rule-draft.ts';
import { whenSentence } from '../rules/rule-sentence.ts';

/** What the rule would have fired on, had it been there before; nothing is sent. */
export function RuleTestCard({ draft, currency }: { readonly draft: RuleDraft; readonly currency: string }) {
  const { http } = useBoard();
  const [test, setTest] = useState<RuleTest>();
  const [refused, setRefused] = useState('');
  // A dry run asks for the condition alone, whatever else is missing yet.
  const checked = checkDraft({
    ...draft,
    name: draft.name || 'dry run',
    targets: [{ kind: 'stream', address: '' }],
  });
  const run = useAction(async () => {
    setRefused(checked.ok ? '' : Object.values(checked.errors).join(' '));
    if (!checked.ok) return;
    setTest(
      await http.json<RuleTest>('/v1/rules/test', { method: 'POST', body: { when: checked.input.when } }),
    );
  });
  return (
    <Card
      title="Dry run"
      note="Over what has been: how often the rule would have fired, and for whom. Nothing is sent."
      actions={
        <button type="button" class="button small" disabled={run.busy} onClick={() => run.run()}>
          {run.busy ? 'Looking…' : 'Test the rule'}
        </button>
      }
    >
      <div class="stack" aria-live="polite">
        {checked.ok && <p class="wrap">{whenSentence(checked.input.when, currency)}</p>}
        {refused !== '' && <p class="bad">{refused}</p>}
        {run.problem !== undefined && (
          <p class="notice" data-kind="bad" role="alert">
            {headline(run.problem)}. {advice(run.problem)}
          </p>
        )}
        {test !== undefined && (
          <>
            <Figures plain>
              <Figure
                label="Would have fired"
                value={count(test.matched)}
                note={`${count(test.examined)} ${checked.ok && checked.input.when.kind === 'migration' ? 'moves' : 'customers'} looked through`}
              />
              <Figure
                label="Per day"
                value={decimal(test.perDay)}
                note={`${day(test.from)} to ${day(test.to)}`}
              />
            </Figures>
            {!test.complete && <p class="small soft">There is more history than one dry run looks at.</p>}
            <ul class="stack-tight">
              {test.sample.map(({ customerId, at, value, description }, index) => (
                <li key={`${customerId} ${at} ${index}`} class="stack-tight sample">
                  <span class="row spread">
                    <a class="wrap" href={boardPath('customers', customerId)}>
                      {customerId}
                    </a>
                    <span class="small soft">
                      {money(value, currency)} · <Time at={at} />
                    </span>
                  </span>
                  <span class="small soft wrap">{description}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}
