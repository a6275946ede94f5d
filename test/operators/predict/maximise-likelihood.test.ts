import { describe, expect, test } from 'vitest';
import { type LogLikelihood, maximiseLikelihood } from '../../../operators/predict/maximise-likelihood.ts';

/** Maximum 5 at (2, 3), curvature 1 and 4 in the logarithms. */
const bowl: LogLikelihood = ([u = 0, v = 0], gradient) => {
  const [du, dv] = [u - Math.log(2), v - Math.log(3)];
  gradient[0] = -du;
  gradient[1] = -4 * dv;
  return 5 - 0.5 * du * du - 2 * dv * dv;
};

describe('maximising a likelihood', () => {
  test('finds the maximum, its value and the standard errors of the log-parameters', () => {
    const result = maximiseLikelihood(bowl, [
      [1, 1],
      [50, 0.01],
    ]);
    if (!result.ok) throw new Error(result.reason);
    expect(result.startsConverged).toBe(2);
    expect(result.maximum.parameters[0]).toBeCloseTo(2, 4);
    expect(result.maximum.parameters[1]).toBeCloseTo(3, 4);
    expect(result.maximum.logLikelihood).toBeCloseTo(5, 8);
    expect(result.maximum.standardErrors[0]).toBeCloseTo(1, 5);
    expect(result.maximum.standardErrors[1]).toBeCloseTo(0.5, 5);
  });

  test('of two maxima the higher one is given', () => {
    const twoPeaks: LogLikelihood = ([u = 0], gradient) => {
      const [low, high] = [Math.exp(-((u + 2) ** 2)), 3 * Math.exp(-((u - 2) ** 2))];
      gradient[0] = -2 * (u + 2) * low - 2 * (u - 2) * high;
      return low + high;
    };
    const result = maximiseLikelihood(twoPeaks, [[Math.exp(-2.3)], [Math.exp(2.3)]]);
    expect(result.ok && result.maximum.parameters[0]).toBeCloseTo(Math.exp(2), 1);
  });

  test.each<{ name: string; likelihood: LogLikelihood; reason: RegExp }>([
    {
      name: 'a slope without end',
      likelihood: ([u = 0], gradient) => {
        gradient[0] = 1;
        return u;
      },
      reason: /parameter 1 grows without bound/,
    },
    {
      name: 'a ridge',
      likelihood: ([u = 0, v = 0], gradient) => {
        gradient[0] = -(u + v);
        gradient[1] = -(u + v);
        return -0.5 * (u + v) ** 2;
      },
      reason: /.+/,
    },
    { name: 'no number', likelihood: () => Number.NaN, reason: /not finite at the start/ },
  ])('says why there is no interior maximum: $name', ({ likelihood, reason }) => {
    const result = maximiseLikelihood(likelihood, [[1, 1]]);
    expect(result.ok ? 'maximum' : result.reason).toMatch(reason);
  });
});
