import type { Cause } from '../data/answers.ts';
import type { RuleWhen } from '../data/rule-answers.ts';
import { segmentNames, slugOf } from '../format/segments.ts';
import { Field } from '../parts/field.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import type { DraftProps } from './rule-form.tsx';

const kinds: readonly { readonly value: RuleWhen['kind']; readonly name: string }[] = [
  { value: 'migration', name: 'a customer moves between segments' },
  { value: 'probability-alive', name: 'a customer is slipping away' },
  { value: 'replenishment-due', name: 'a product is due again' },
];

const causes: readonly { readonly value: Cause; readonly name: string }[] = [
  { value: 'event', name: 'a purchase or return' },
  { value: 'time', name: 'passing time' },
  { value: 'model', name: 'a new model' },
];

/** The condition of a rule. */
export function RuleWhenFields({
  draft,
  errors,
  change,
  currency,
}: DraftProps & { readonly currency: string }) {
  return (
    <>
      <Field label="Fires when">
        {(ids) => (
          <select
            {...ids}
            value={draft.kind}
            onChange={(event) => change({ kind: event.currentTarget.value as RuleWhen['kind'] })}
          >
            {kinds.map(({ value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.kind === 'migration' && <MigrationFields draft={draft} errors={errors} change={change} />}
      {draft.kind === 'probability-alive' && (
        <Field label="Chance that the customer is still one falls below, %" error={errors.below}>
          {(ids) => (
            <input
              {...ids}
              type="number"
              min="1"
              max="99"
              value={draft.below}
              onInput={(event) => change({ below: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      {draft.kind === 'replenishment-due' && (
        <ReplenishmentFields draft={draft} errors={errors} change={change} />
      )}
      {draft.kind !== 'replenishment-due' && (
        <Field
          label={`Worth at least, ${currency} in 365 days`}
          hint="Empty: whatever they are worth."
          error={errors.minValue}
        >
          {(ids) => (
            <input
              {...ids}
              type="number"
              min="0"
              value={draft.minValue}
              onInput={(event) => change({ minValue: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function MigrationFields({ draft, change }: DraftProps) {
  return (
    <>
      <SegmentChoices
        legend="From any of (none: all)"
        chosen={draft.from}
        onChange={(from) => change({ from })}
      />
      <SegmentChoices legend="To any of (none: all)" chosen={draft.to} onChange={(to) => change({ to })} />
      <fieldset>
        <legend>Because of (none: whatever the cause)</legend>
        <div class="choices">
          {causes.map(({ value, name }) => (
            <label key={value} class="check">
              <input
                type="checkbox"
                checked={draft.causes.includes(value)}
                onChange={() => change({ causes: toggled(draft.causes, value) })}
              />
              {name}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}

interface SegmentChoicesProps {
  readonly legend: string;
  readonly chosen: readonly string[];
  readonly onChange: (slugs: readonly string[]) => void;
}

function SegmentChoices({ legend, chosen, onChange }: SegmentChoicesProps) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="choices">
        {segmentNames.map((name) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(slugOf(name))}
              onChange={() => onChange(toggled(chosen, slugOf(name)))}
            />
            <SegmentBadge name={name} plain />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function ReplenishmentFields({ draft, errors, change }: DraftProps) {
  return (
    <div class="form-row">
      <Field label="Products, one a line" hint="Empty: any product.">
        {(ids) => (
          <textarea
            {...ids}
            value={draft.products}
            onInput={(event) => change({ products: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Categories, one a line" hint="Empty: any category.">
        {(ids) => (
          <textarea
            {...ids}
            value={draft.categories}
            onInput={(event) => change({ categories: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Bought at least, times" hint="Empty: twice." error={errors.minPurchases}>
        {(ids) => (
          <input
            {...ids}
            type="number"
            min="2"
            value={draft.minPurchases}
            onInput={(event) => change({ minPurchases: event.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  );
}

function toggled<T>(list: readonly T[], entry: T): T[] {
  return list.includes(entry) ? list.filter((each) => each !== entry) : [...list, entry];
}
