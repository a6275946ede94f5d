import { Field } from '../parts/field.tsx';
import type { TargetDraft } from '../rules/rule-draft.ts';
import type { DraftProps } from './rule-form.tsx';

const kinds: readonly {
  readonly value: TargetDraft['kind'];
  readonly name: string;
  readonly address: string;
}[] = [
  { value: 'stream', name: 'the live stream', address: '' },
  { value: 'webhook', name: 'a webhook', address: 'https://…' },
  { value: 'sns', name: 'an SNS topic', address: 'arn:aws:sns:…' },
  { value: 'eventbridge', name: 'an EventBridge bus', address: 'name or ARN' },
];

const targetsMax = 10;

/** Where alerts go, and when they are held back. */
export function RuleTargets({ draft, errors, change }: DraftProps) {
  const set = (index: number, changes: Partial<TargetDraft>) =>
    change({
      targets: draft.targets.map((target, at) => (at === index ? { ...target, ...changes } : target)),
    });
  const { quietHours } = draft;
  return (
    <div class="form">
      <div class="stack-tight">
        {draft.targets.map((target, index) => (
          <div key={index} class="row target">
            <select
              aria-label={`Target ${index + 1}`}
              value={target.kind}
              onChange={(event) =>
                set(index, {
                  kind: event.currentTarget.value as TargetDraft['kind'],
                  address: '',
                  id: undefined,
                })
              }
            >
              {kinds.map(({ value, name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
            {target.kind !== 'stream' && (
              <Field
                label={`Address of target ${index + 1}`}
                labelHidden
                class="address"
                error={errors[`target ${index}`]}
              >
                {(ids) => (
                  <input
                    {...ids}
                    type="text"
                    placeholder={kinds.find(({ value }) => value === target.kind)?.address}
                    value={target.address}
                    onInput={(event) => set(index, { address: event.currentTarget.value })}
                  />
                )}
              </Field>
            )}
            <button
              type="button"
              class="button small quiet"
              aria-label={`Remove target ${index + 1}`}
              onClick={() => change({ targets: draft.targets.filter((_, at) => at !== index) })}
            >
              Remove
            </button>
          </div>
        ))}
        {errors.targets !== undefined && <p class="bad small">{errors.targets}</p>}
        <div class="row">
          <button
            type="button"
            class="button small"
            disabled={draft.targets.length >= targetsMax}
            onClick={() => change({ targets: [...draft.targets, { kind: 'webhook', address: '' }] })}
          >
            Add a target
          </button>
        </div>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.quiet}
          onChange={(event) => change({ quiet: event.currentTarget.checked })}
        />
        Hold alerts back in quiet hours
      </label>
      {draft.quiet && (
        <div class="form-row">
          {(['from', 'to'] as const).map((edge) => (
            <Field key={edge} label={edge === 'from' ? 'Quiet from' : 'Quiet until'}>
              {(ids) => (
                <input
                  {...ids}
                  type="time"
                  value={quietHours[edge]}
                  onInput={(event) =>
                    change({ quietHours: { ...quietHours, [edge]: event.currentTarget.value } })
                  }
                />
              )}
            </Field>
          ))}
          <Field label="Time zone" error={errors.quietHours}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                value={quietHours.timeZone}
                onInput={(event) =>
                  change({ quietHours: { ...quietHours, timeZone: event.currentTarget.value } })
                }
              />
            )}
          </Field>
        </div>
      )}
      <Field
        label="At most so many an hour"
        hint="Empty: no limit. What is beyond it is recorded and not sent."
        error={errors.ratePerHour}
      >
        {(ids) => (
          <input
            {...ids}
            type="number"
            min="1"
            value={draft.ratePerHour}
            onInput={(event) => change({ ratePerHour: event.currentTarget.value })}
          />
        )}
      </Field>
    </div>
  );
}
