import { describe, expect, test } from 'vitest';
import { alertEnvelope } from '../../../operators/alerts/alert-document.ts';
import { ruleProblems } from '../../../operators/alerts/check-rule.ts';
import { evaluateMigration } from '../../../operators/alerts/evaluate-rule.ts';
import type { AlertOccasion } from '../../../operators/alerts/fired-alert.ts';
import {
  deliveryId,
  fireAlert,
  firstDeliveries,
  parseDeliveryId,
} from '../../../operators/alerts/fired-alert.ts';
import type { MigrationCondition } from '../../../operators/alerts/rule.ts';
import { migration } from '../../contracts/records.ts';
import { alertRule } from './rules.ts';

const move = migration({ from: 'Loyal', to: 'At Risk', cause: 'time', spend365Micros: 310_200_000 });
const meets = (when: Omit<MigrationCondition, 'kind'>) =>
  evaluateMigration({ kind: 'migration', ...when }, move) !== undefined;

describe('a move', () => {
  test.each<[string, Omit<MigrationCondition, 'kind'>, boolean]>([
    ['any condition left out allows all', {}, true],
    ['from one of the segments', { from: ['Champions', 'Loyal'] }, true],
    ['from another', { from: ['Champions'] }, false],
    ['to one of the segments', { to: ['At Risk'] }, true],
    ['to another', { to: ['Hibernating'] }, false],
    ['by one of the causes', { causes: ['event', 'time'] }, true],
    ['by another', { causes: ['event'] }, false],
    ['of exactly the least value', { minValueMicros: 310_200_000 }, true],
    ['of a micro less', { minValueMicros: 310_200_001 }, false],
    ['all at once', { from: ['Loyal'], to: ['At Risk'], causes: ['time'], minValueMicros: 1 }, true],
    ['all but one', { from: ['Loyal'], to: ['At Risk'], causes: ['model'], minValueMicros: 1 }, false],
  ])('%s', (_, when, met) => {
    expect(meets(when)).toBe(met);
  });
});

describe('a fired alert', () => {
  const occasion = evaluateMigration({ kind: 'migration' }, move) as AlertOccasion;

  test('has an id that follows from rule and occasion alone', () => {
    const rule = alertRule();
    const first = fireAlert(rule, occasion, 1_000, false);
    expect(fireAlert({ ...rule, name: 'renamed', deliver: [] }, occasion, 2_000, true).id).toBe(first.id);
    expect(fireAlert({ ...rule, id: 'r2' }, occasion, 1_000, false).id).not.toBe(first.id);
    const other = evaluateMigration({ kind: 'migration' }, { ...move, id: 'c-1/2' }) as AlertOccasion;
    expect(fireAlert(rule, other, 1_000, false).id).not.toBe(first.id);
  });

  test('begins with a delivery for each target that is sent to; one beyond the cap with none that is due', () => {
    const [delivery, ...others] = firstDeliveries(fireAlert(alertRule(), occasion, 1_000, false));
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({
      targetId: 't1',
      status: 'pending',
      attempts: 0,
      dueAtMs: 1_000,
      version: 1,
    });
    const [suppressed] = firstDeliveries(fireAlert(alertRule(), occasion, 1_000, true));
    expect(suppressed).toMatchObject({ status: 'suppressed', dueAtMs: undefined });
  });

  test('the id of a delivery leads back to it, and nothing else does', () => {
    const key = { alertId: '00ff00ff00ff00ff', targetId: 't1' };
    expect(parseDeliveryId(deliveryId(key))).toEqual(key);
    for (const id of ['', 'dlv_', 'dlv_00ff_t1', 'dlv_00ff00ff00ff00ff_', 'x_00ff00ff00ff00ff_t1']) {
      expect(parseDeliveryId(id)).toBeUndefined();
    }
  });

  test('is told without secrets, money as a number, instants as text', () => {
    const envelope = alertEnvelope(fireAlert(alertRule(), occasion, Date.UTC(2026, 0, 2), false), 'GBP');
    expect(envelope).toMatchObject({
      type: 'rule-alert.fired',
      timestamp: '2026-01-02T00:00:00.000Z',
      data: {
        customerId: 'c-1',
        at: '2026-11-22T10:15:00.000Z',
        kind: 'migration',
        value: 310.2,
        currency: 'GBP',
        detail: { from: 'Loyal', to: 'At Risk', cause: 'time' },
      },
    });
    expect(JSON.stringify(envelope)).not.toContain('whsec');
  });
});

test('what makes no sense is named field by field', () => {
  const quietHours = { from: '10:00', to: '10:00', timeZone: 'Mars/Olympus' };
  const when: MigrationCondition = { kind: 'migration', from: ['Loyal'], to: ['Loyal'] };
  expect(ruleProblems({ when, quietHours }).map(({ field }) => field)).toEqual([
    'when.to',
    'quietHours.to',
    'quietHours.timeZone',
  ]);
  const sound = { from: '22:00', to: '07:00', timeZone: 'Europe/London' };
  expect(ruleProblems({ when: { ...when, to: ['Loyal', 'New'] }, quietHours: sound })).toEqual([]);
});
