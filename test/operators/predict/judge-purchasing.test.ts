import { describe, expect, test } from 'vitest';
import type { CandidateScores } from '../../../operators/predict/candidate-scores.ts';
import { judgePurchasing } from '../../../operators/predict/judge-purchasing.ts';

const scored = (rmse: number, auc: number | null): CandidateScores => ({ rmse, brier: 0.2, auc });
const scores = { 'bg-nbd': scored(1.2, 0.7), blend: scored(1, 0.78), 'fading-rate': scored(1.01, 0.79) };
const weak = { zero: scored(2, 0.5), recency: scored(1.8, 0.65) };

const reasonsOf = ({ candidates }: ReturnType<typeof judgePurchasing>) =>
  Object.fromEntries(candidates.map(({ name, reason }) => [name, reason]));

describe('judging the candidates for purchases', () => {
  test('where all hold against every rule the best by both scores is used, with no reservation', () => {
    const verdict = judgePurchasing(scores, weak, 75);
    expect(verdict).toMatchObject({ chosen: 'fading-rate', reservation: undefined, notes: [] });
    expect(reasonsOf(verdict)).toEqual({
      'bg-nbd': 'Not used: fading-rate is better.',
      blend: 'Not used: fading-rate is better.',
      'fading-rate': 'Used: no simple rule is better, and no other candidate that holds against them.',
      zero: 'A simple rule, for comparison.',
      recency: 'A simple rule, for comparison.',
    });
  });

  test('one that loses to a rule is not used, though it be the best, and a note says what it lost to', () => {
    const verdict = judgePurchasing(scores, { ...weak, 'past count': scored(1.005, 0.6) }, 75);
    expect(verdict).toMatchObject({ chosen: 'blend', reservation: undefined });
    const lostWith = (own: string) => `the simple rule past count on RMSE (${own} against its 1.005)`;
    expect(reasonsOf(verdict)['fading-rate']).toBe(`Not used: it loses to ${lostWith('1.010')}.`);
    expect(verdict.notes).toEqual([
      `Purchases are not predicted by bg-nbd: over the last 75 days before the fit it lost to ${lostWith('1.200')}.`,
      `Purchases are not predicted by fading-rate: over the last 75 days before the fit it lost to ${lostWith('1.010')}.`,
    ]);
  });

  test('where all lose the best of them is used under a reservation that names the rules', () => {
    const rules = {
      'personal rate': scored(0.9, 0.7),
      'past count': scored(0.95, 0.72),
      recency: scored(1.8, 0.8),
    };
    const verdict = judgePurchasing(scores, rules, 75);
    expect(verdict.chosen).toBe('fading-rate');
    expect(verdict.reservation).toBe(
      'Over the last 75 days before the fit, simple rules did better than this model: "personal rate" and "past count" ' +
        'came closer to how often customers bought, "recency" told buyers from others better.',
    );
    expect(verdict.notes.at(-1)).toBe(`Purchases are predicted by fading-rate. ${verdict.reservation}`);
    expect(reasonsOf(verdict)['fading-rate']).toBe(
      'Used, although it loses to the simple rules personal rate on RMSE (1.010 against its 0.900), past count on RMSE ' +
        '(1.010 against its 0.950), recency on AUC (0.790 against its 0.800): every candidate loses to a rule, and a rule gives neither spend nor a date.',
    );
  });

  test('scores that differ are printed with the digits that it takes to tell them apart', () => {
    const close = { ...scores, blend: scored(0.71021, 0.78), 'fading-rate': scored(0.9, 0.6) };
    const verdict = judgePurchasing(close, { recency: scored(0.71019, 0.5) }, 75);
    expect(reasonsOf(verdict).blend).toContain('recency on RMSE (0.71021 against its 0.71019)');
    expect(reasonsOf(verdict)['fading-rate']).toContain('recency on RMSE (0.900 against its 0.710)');
  });

  test('a rule as good is no defeat, and where nobody can be told apart the RMSE decides', () => {
    expect(judgePurchasing(scores, { same: scored(1.01, 0.79) }, 75).chosen).toBe('fading-rate');
    const allBought = {
      'bg-nbd': scored(1, null),
      blend: scored(0.9, null),
      'fading-rate': scored(1.1, null),
    };
    expect(judgePurchasing(allBought, { zero: scored(2, null) }, 75).chosen).toBe('blend');
  });
});
