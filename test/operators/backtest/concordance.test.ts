import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve, concordance } from '../../../operators/backtest/concordance.ts';

const never = Number.POSITIVE_INFINITY;

/** By its definition, pair by pair. */
function slowConcordance(probabilities: readonly number[], waits: readonly number[]): number | null {
  let pairs = 0;
  let concordant = 0;
  for (const [i, wait] of waits.entries()) {
    for (const [j, other] of waits.entries()) {
      if (!(wait < other)) continue;
      pairs += 1;
      const difference = (probabilities[i] as number) - (probabilities[j] as number);
      if (difference > 0) concordant += 1;
      if (difference === 0) concordant += 0.5;
    }
  }
  return pairs === 0 ? null : concordant / pairs;
}

describe('concordance', () => {
  test('is 1 when the likelier always bought first, 0 when last', () => {
    expect(concordance([0.9, 0.5, 0.1], [1, 2, never])).toBe(1);
    expect(concordance([0.1, 0.5, 0.9], [1, 2, never])).toBe(0);
  });

  test('counts equal probabilities half, and two of one day not at all', () => {
    expect(concordance([0.5, 0.5], [1, 2])).toBe(0.5);
    expect(concordance([0.9, 0.1], [1, 1])).toBeNull();
    expect(concordance([0.9, 0.1, 0.5], [1, 1, never])).toBe(0.5);
  });

  test('compares nobody with nobody when none bought', () => {
    expect(concordance([0.9, 0.1], [never, never])).toBeNull();
    expect(concordance([], [])).toBeNull();
  });

  test('is what its definition gives, pair by pair', () => {
    const customer = fc.tuple(
      fc.integer({ min: 0, max: 9 }).map((tenth) => tenth / 10),
      fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constant(never)),
    );
    fc.assert(
      fc.property(fc.array(customer, { maxLength: 40 }), (customers) => {
        const probabilities = customers.map(([probability]) => probability);
        const waits = customers.map(([, wait]) => wait);
        const slow = slowConcordance(probabilities, waits);
        const fast = concordance(probabilities, waits);
        if (slow === null) expect(fast).toBeNull();
        else expect(fast).toBeCloseTo(slow, 12);
      }),
    );
  });
});

describe('area under the curve', () => {
  test('is the share of pairs of a buyer and another in which the buyer was likelier', () => {
    expect(areaUnderCurve([0.8, 0.4, 0.6, 0.2], [true, true, false, false])).toBe(0.75);
    expect(areaUnderCurve([0.5, 0.5, 0.5], [true, false, false])).toBe(0.5);
  });

  test('is unknown when all bought, or nobody', () => {
    expect(areaUnderCurve([0.5, 0.6], [true, true])).toBeNull();
    expect(areaUnderCurve([0.5, 0.6], [false, false])).toBeNull();
  });
});
