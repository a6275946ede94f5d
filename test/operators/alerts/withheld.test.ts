import { expect, test } from 'vitest';
import type { AlertDelivery } from '../../../operators/alerts/fired-alert.ts';
import { whyWithheld } from '../../../operators/alerts/withheld.ts';
import { alertRule } from './rules.ts';

const delivery: AlertDelivery = {
  alertId: '0123456789abcdef',
  targetId: 't1',
  ruleId: 'r1',
  kind: 'webhook',
  address: 'https://hooks.example.com/a',
  status: 'pending',
  attempts: 0,
  lastError: undefined,
  dueAtMs: 1_000,
  firedAtMs: 1_000,
  updatedAtMs: 1_000,
  replayed: false,
  version: 1,
};
const replayed = { ...delivery, replayed: true };
const changed = alertRule({ activeFromMs: 1_001 });
const otherTarget = alertRule({
  deliver: [{ id: 't1', kind: 'sns', topicArn: 'arn:aws:sns:eu-west-1:1:t' }],
});

test.each([
  ['a rule that is as it was', delivery, alertRule({ activeFromMs: 1_000 }), undefined],
  ['a rule that is gone', delivery, undefined, 'the rule was deleted'],
  ['a disabled rule', delivery, alertRule({ enabled: false }), 'the rule is disabled'],
  ['a rule changed since', delivery, changed, 'the rule was disabled or changed since'],
  ['a rule changed since, asked for again', replayed, changed, undefined],
  [
    'a rule without targets to send to',
    delivery,
    alertRule({ deliver: [] }),
    'the rule has this target no more',
  ],
  ['a target of another kind', delivery, otherTarget, 'the rule has this target no more'],
  ['a target that is gone, asked for again', replayed, otherTarget, 'the rule has this target no more'],
] as const)('%s', (_, of, rule, why) => {
  expect(whyWithheld(of, rule)).toBe(why);
});
