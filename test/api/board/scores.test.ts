import { describe, expect, it } from 'vitest';
import { predictorName, score } from '../../../api/board/format/scores.ts';

describe('scores for people', () => {
  it('have three significant digits, and none where there is no score', () => {
    expect([1.4, 0.5, 0.07154, -0.1892, 2550.6, 0.0001, null].map(score)).toEqual([
      '1.40',
      '0.500',
      '0.0715',
      '−0.189',
      '2,551',
      '0',
      '–',
    ]);
  });

  it('name every predictor, also one that is new', () => {
    expect(predictorName('past-count')).toBe('as much as last time');
    expect(predictorName('newest')).toBe('newest');
  });
});
