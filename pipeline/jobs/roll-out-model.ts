import type { ActiveModels } from '../../operators/batch.ts';
import { leaveIfStopping } from '../stopping.ts';
import { type ReviewDependencies, reviewCustomers } from './review-customers.ts';

const pageMax = 200;

/**
 * Reviews every customer under the active segment model. The page in hand is stored, so that a crash goes on with it;
 * customers that stay where they are, with no earlier timer, cost no write.
 *
 * @returns how many customers were written
 */
export async function rollOutModel(
  models: ActiveModels,
  atMs: number,
  dependencies: ReviewDependencies,
): Promise<number> {
  const modelVersion = models.segments?.version;
  if (modelVersion === undefined) return 0;
  const { checkpoints, customers } = dependencies.stores;
  const stored = await checkpoints.rollout();
  if (stored?.modelVersion === modelVersion && stored.finished) return 0;
  let cursor = stored?.modelVersion === modelVersion ? stored.cursor : undefined;
  let written = 0;
  do {
    leaveIfStopping(dependencies.stop);
    await checkpoints.putRollout({ modelVersion, cursor, finished: false });
    const page = await customers.scan({ limit: pageMax, cursor });
    const inHand = page.items.map((record) => ({ customerId: record.customerId, known: record }));
    written += await reviewCustomers(inHand, models, atMs, dependencies);
    cursor = page.cursor;
  } while (cursor !== undefined);
  await checkpoints.putRollout({ modelVersion, cursor: undefined, finished: true });
  return written;
}
