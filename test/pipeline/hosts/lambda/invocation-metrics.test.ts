import { expect, test } from 'vitest';
import { metricWriters } from '../../../../infra/metric-writers.ts';
import { metricNames } from '../../../../pipeline/hosts/lambda/invocation-metrics.ts';

test('the deployment looks at metrics that the functions write, and at each of them', () => {
  expect(Object.keys(metricWriters).sort()).toEqual([...metricNames].sort());
});
