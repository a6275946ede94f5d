import { isTimeZone } from './quiet-hours.ts';
import type { QuietHours, RuleCondition } from './rule.ts';

/** What is wrong with one field, named by its path as it is sent, for instance `quietHours.timeZone`. */
export interface RuleProblem {
  readonly field: string;
  readonly message: string;
}

/** What a rule says apart from where its alerts go. */
export interface RuleDraft {
  readonly when: RuleCondition;
  readonly quietHours?: QuietHours | undefined;
}

/** Everything about a rule of the right shape that makes no sense; none for one that does. */
export function ruleProblems({ when, quietHours }: RuleDraft): RuleProblem[] {
  return [...conditionProblems(when), ...(quietHours === undefined ? [] : quietProblems(quietHours))];
}

function conditionProblems(when: RuleCondition): RuleProblem[] {
  if (when.kind !== 'migration') return [];
  const { from, to } = when;
  const only = from?.length === 1 && to?.length === 1 ? from[0] : undefined;
  return only !== undefined && only === to?.[0]
    ? [{ field: 'when.to', message: 'a move never ends in the segment it began in' }]
    : [];
}

function quietProblems({ from, to, timeZone }: QuietHours): RuleProblem[] {
  return [
    ...(from === to
      ? [
          {
            field: 'quietHours.to',
            message: 'expected another time than `from`; to be quiet all day, disable the rule',
          },
        ]
      : []),
    ...(isTimeZone(timeZone)
      ? []
      : [
          { field: 'quietHours.timeZone', message: 'expected an IANA time zone, for instance Europe/London' },
        ]),
  ];
}
