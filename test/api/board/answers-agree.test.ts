import { describe, expectTypeOf, it } from 'vitest';
import type * as answers from '../../../api/board/data/answers.ts';
import type * as customers from '../../../api/board/data/customer-answers.ts';
import type * as models from '../../../api/board/data/model-answers.ts';
import type * as quarantine from '../../../api/board/data/quarantine-answers.ts';
import type * as rules from '../../../api/board/data/rule-answers.ts';
import type { components } from '../../../api/client/schema.ts';

type Answers = components['schemas'];

/** The document doesn't tell segment names that may be null from those that may not; these fields never are. */
type Named = 'from' | 'to' | 'name';

type Plain<T> = T extends object
  ? { [K in keyof T]: K extends Named ? Exclude<Plain<T[K]>, null> : Plain<T[K]> }
  : T;

/** What the compiler checks here: every field the board reads is promised, with that type, by the API's document. */
describe('what the board reads', () => {
  it('is what the API documents', () => {
    expectTypeOf<Plain<Answers['LiveFigures']>>().toExtend<answers.Live>();
    expectTypeOf<Plain<Answers['Migration']>>().toExtend<answers.Migration>();
    expectTypeOf<Plain<Answers['Segments']>>().toExtend<answers.Segments>();
    expectTypeOf<Plain<Answers['SegmentDetail']>>().toExtend<answers.SegmentDetail>();
    expectTypeOf<Plain<Answers['SegmentMembers']>>().toExtend<answers.PageOf<answers.SegmentMember>>();
    expectTypeOf<Plain<Answers['SegmentPerformance']>>().toExtend<answers.Performance>();
    expectTypeOf<Plain<Answers['MigrationFlows']>>().toExtend<answers.Flows>();
    expectTypeOf<Plain<Answers['CustomerOutlook']>>().toExtend<customers.Outlook>();
    expectTypeOf<Plain<Answers['PurchasePage']>>().toExtend<customers.PurchasePage>();
    expectTypeOf<Plain<Answers['ModelPage']>>().toExtend<answers.PageOf<models.ModelSummary>>();
    expectTypeOf<Plain<Answers['QuarantinePage']>>().toExtend<answers.PageOf<quarantine.QuarantinedRecord>>();
    expectTypeOf<Plain<Answers['QuarantineRecord']>>().toExtend<quarantine.RecordWithBytes>();
    expectTypeOf<Answers['RuleTestAnswer']>().toExtend<rules.RuleTest>();
    expectTypeOf<Answers['RuleAlertPage']>().toExtend<answers.PageOf<rules.FiredAlert>>();
    expectTypeOf<Answers['RotatedSecrets']>().toExtend<rules.WithSecrets>();
  });
});
