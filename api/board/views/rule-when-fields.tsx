import type { Cause } from '../data/answers.ts';
import type { RuleWhen } from '../data/rule-answers.ts';
import { segmentNames, slugOf } from '../format/segments.ts';
import { ChoiceSwitch } from '../parts/choice-switch.tsx';
import { Field } from '../parts/field.tsx';
import { SegmentBadge } from '../parts/segment-badge.tsx';
import type { DraftProps } from './rule-form.tsx';

const kinds: readonly {
  readonly value: RuleWhen['kind'];
  readonly name: string;
  readonly hint?: string;
}[] = [
  { value: 'migration', name: 'a customer moves between segments' },
  {
    value: 'purchase-probability',
    name: 'a customer becomes unlikely to buy soon',
    hint: 'Suits any shop, and is the one to take where most customers have bought once. Fires once in a silence.',
  },
  {
    value: 'probability-alive',
    name: 'a customer has probably left for good',
    hint: 'Suits shops whose customers buy again and again. Where most have bought once, hardly anybody counts as gone: take “unlikely to buy soon” there.',
  },
  { value: 'replenishment-due', name: 'a product is due again' },
];

const horizons = [
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
] as const;

const causes: readonly { readonly value: Cause; readonly name: string }[] = [
  { value: 'event', name: 'a purchase or return' },
  { value: 'time', name: 'passing time' },
  { value: 'model', name: 'a new model' },
];

/** The condition of a rule. */
export function RuleWhenFields({ currency, ...parts }: DraftProps & { readonly currency: string }) {
  const { draft, errors, change } = parts;
  return (
    <>
      <Field label="Fires when" hint={kinds.find(({ value }) => value === draft.kind)?.hint}>
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
      {draft.kind === 'migration' && <MigrationFields {...parts} />}
      {draft.kind === 'probability-alive' && (
        <LineField label="Chance that the customer is still one falls below, %" {...parts} />
      )}
      {draft.kind === 'purchase-probability' && (
        <div class="form-row">
          <div class="field">
            <span class="label">Buys within</span>
            <ChoiceSwitch
              label="Buys within"
              choices={horizons}
              value={draft.withinDays === 30 ? '30' : '90'}
              onChange={(days) => change({ withinDays: days === '30' ? 30 : 90 })}
            />
          </div>
          <LineField label="Chance of it falls below, %" {...parts} />
        </div>
      )}
      {draft.kind === 'replenishment-due' && <ReplenishmentFields {...parts} />}
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

/** The chance below which the rule fires. */
function LineField({ label, draft, errors, change }: DraftProps & { readonly label: string }) {
  return (
    <Field label={label} error={errors.below}>
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
      <Field label="Products, one a line" hint="Empty: any product." error={errors.products}>
        {(ids) => (
          <textarea
            {...ids}
            value={draft.products}
            onInput={(event) => change({ products: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Categories, one a line" hint="Empty: any category." error={errors.categories}>
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
