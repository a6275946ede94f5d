import { useState } from 'preact/hooks';
import { useMay } from '../data/rights.tsx';
import type { RuleInput } from '../data/rule-answers.ts';
import { useAction } from '../data/use-action.ts';
import { useCurrency } from '../data/use-currency.ts';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';
import { advice, headline } from '../parts/states.tsx';
import { refusedFields } from '../rules/refused-fields.ts';
import { checkDraft, type DraftErrors, type RuleDraft } from '../rules/rule-draft.ts';
import { RuleTargets } from './rule-targets.tsx';
import { RuleTestCard } from './rule-test-card.tsx';
import { RuleWhenFields } from './rule-when-fields.tsx';

interface RuleFormProps {
  readonly first: RuleDraft;
  readonly verb: string;
  /** @throws {ProblemError} what the API has against the rule */
  readonly save: (input: RuleInput) => Promise<void>;
}

/** What every part of the form is given. */
export interface DraftProps {
  readonly draft: RuleDraft;
  readonly errors: DraftErrors;
  readonly change: (changes: Partial<RuleDraft>) => void;
}

/** The form of a rule, with a dry run over what has been. */
export function RuleForm({ first, verb, save }: RuleFormProps) {
  const currency = useCurrency();
  const [draft, setDraft] = useState(first);
  const [errors, setErrors] = useState<DraftErrors>({});
  const mayChange = useMay('admin');
  const saving = useAction(async () => {
    const checked = checkDraft(draft);
    setErrors(checked.ok ? {} : checked.errors);
    if (checked.ok) await save(checked.input);
  });
  const refused = saving.problem === undefined ? {} : refusedFields(saving.problem.errors);
  const change = (changes: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const wrong = { ...errors, ...refused };
  const parts = { draft, errors: wrong, change };
  return (
    <div class="grid">
      <form
        class="seven stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.run();
        }}
      >
        <Card title="When">
          <div class="form">
            <Field label="Name of the rule" error={wrong.name}>
              {(ids) => (
                <input
                  {...ids}
                  type="text"
                  maxLength={200}
                  value={draft.name}
                  onInput={(event) => change({ name: event.currentTarget.value })}
                />
              )}
            </Field>
            <RuleWhenFields {...parts} currency={currency} />
          </div>
        </Card>
        <Card title="Then" note="Each alert goes to all of these.">
          <RuleTargets {...parts} />
        </Card>
        {Object.keys(wrong).length > 0 && (
          <p class="notice" data-kind="bad" role="alert">
            Not saved: {Object.values(wrong).join(' ')}
          </p>
        )}
        {saving.problem !== undefined && Object.keys(refused).length === 0 && (
          <p class="notice" data-kind="bad" role="alert">
            {headline(saving.problem)}. {advice(saving.problem)}
          </p>
        )}
        {!mayChange && (
          <p class="notice" data-kind="warn">
            Your key may look at rules and try them out, not {verb === 'Save' ? 'change' : 'make'} them.
          </p>
        )}
        <div class="row">
          <button type="submit" class="button primary" disabled={saving.busy || !mayChange}>
            {saving.busy ? 'Saving…' : verb}
          </button>
          <label class="check">
            <input
              type="checkbox"
              checked={draft.enabled}
              onChange={(event) => change({ enabled: event.currentTarget.checked })}
            />
            switched on
          </label>
        </div>
      </form>
      <div class="five">
        <RuleTestCard draft={draft} currency={currency} />
      </div>
    </div>
  );
}
