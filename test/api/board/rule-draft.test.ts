import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule, RuleInput, RuleTarget, RuleWhen } from '../../../api/board/data/rule-answers.ts';
import { checkDraft, draftOf, newDraft } from '../../../api/board/rules/rule-draft.ts';
import { whenSentence } from '../../../api/board/rules/rule-sentence.ts';

const slugs = fc.uniqueArray(fc.constantFrom('champions', 'loyal', 'at-risk'), { minLength: 1 });
const words = fc.uniqueArray(fc.stringMatching(/^[a-z<>&]{1,8}$/), { minLength: 1, maxLength: 3 });
const minValue = fc.integer({ min: 0, max: 10_000 });

const when: fc.Arbitrary<RuleWhen> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('migration' as const),
      from: slugs,
      to: slugs,
      causes: fc.constant(['time' as const]),
      minValue,
    },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    {
      kind: fc.constant('probability-alive' as const),
      below: fc.integer({ min: 1, max: 99 }).map((n) => n / 100),
      minValue,
    },
    { requiredKeys: ['kind', 'below'] },
  ),
  fc.record(
    {
      kind: fc.constant('replenishment-due' as const),
      products: words,
      categories: words,
      minPurchases: fc.integer({ min: 2, max: 9 }),
    },
    { requiredKeys: ['kind'] },
  ),
);

const target: fc.Arbitrary<RuleTarget> = fc.oneof(
  fc.constant<RuleTarget>({ kind: 'stream', id: 'a' }),
  fc.constant<RuleTarget>({ kind: 'webhook', id: 'b', url: 'https://example.org/hook' }),
  fc.constant<RuleTarget>({ kind: 'sns', id: 'c', topicArn: 'arn:aws:sns:eu-west-1:1:t' }),
  fc.constant<RuleTarget>({ kind: 'eventbridge', id: 'd', bus: 'bus' }),
);

const input: fc.Arbitrary<RuleInput> = fc.record({
  name: fc.constant('a rule'),
  enabled: fc.boolean(),
  when,
  deliver: fc.array(target, { minLength: 1, maxLength: 3 }),
  quietHours: fc.option(fc.constant({ from: '22:00', to: '07:00', timeZone: 'Europe/London' })),
  ratePerHour: fc.option(fc.integer({ min: 1, max: 500 })),
});

function stored(rule: RuleInput): Rule {
  return { ...rule, id: 'r', createdAt: '', updatedAt: '', version: 1 };
}

describe('the form of a rule', () => {
  it('gives a stored rule back as it was', () => {
    fc.assert(
      fc.property(input, (rule) => {
        expect(checkDraft(draftOf(stored(rule), 'UTC'))).toEqual({ ok: true, input: rule });
      }),
    );
  });

  it('says what is missing, field by field', () => {
    const draft = {
      ...newDraft('UTC'),
      targets: [{ kind: 'webhook' as const, address: ' ' }],
      minValue: '-1',
      ratePerHour: '1.5',
    };
    const checked = checkDraft(draft);
    expect(checked.ok ? [] : Object.keys(checked.errors).sort()).toEqual([
      'minValue',
      'name',
      'ratePerHour',
      'target 0',
    ]);
  });

  it('takes only a chance between none and certain', () => {
    const below = (text: string) =>
      checkDraft({ ...newDraft('UTC'), name: 'n', kind: 'probability-alive', below: text }).ok;
    expect(['', '0', '100', 'x', '-5'].filter(below)).toEqual([]);
    expect(['1', '30', '99.5'].filter(below)).toEqual(['1', '30', '99.5']);
  });

  it('reads back as a sentence', () => {
    expect(
      whenSentence(
        {
          kind: 'migration',
          from: ['loyal'],
          to: ['at-risk', 'hibernating'],
          causes: ['time'],
          minValue: 500,
        },
        'GBP',
      ),
    ).toBe('A customer moves from Loyal to At Risk or Hibernating by passing time, worth at least £500.');
    expect(whenSentence({ kind: 'probability-alive', below: 0.3 }, 'GBP')).toBe(
      'The chance that a customer is still one falls below 30\u00a0%.',
    );
    expect(whenSentence({ kind: 'replenishment-due' }, 'GBP')).toBe('Any product is due again.');
  });
});
