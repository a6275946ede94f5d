import { inject } from 'vitest';
import { describeEngine } from '../engines/describe-engine.ts';
import { describePipeline } from './pipeline-contract.ts';

describeEngine('LocalStack', inject('localStack'), (endpoints) => {
  describePipeline('LocalStack', () => endpoints);
});
