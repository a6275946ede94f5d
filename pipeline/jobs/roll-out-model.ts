import type { ActiveModels } from '../../operators/batch.ts';
import { leaveIfStopping } from '../stopping.ts';
import { type ReviewDependencies, reviewCustomers } from './review-customers.ts';

const pageMax = 200;

export interface RollOutDependencies extends ReviewDependencies {
  /** Other processes that judge customers by the model before for a while; none by default. */
  readonly others?: {
    /** How old a model may be there, ms. */
    readonly modelAgeMsMax: number;
    /** The wall clock, UTC milliseconds. */
    readonly nowMs: () => number;
  };
}

/**
 * Reviews every customer under the active segment model. The page in hand is stored, so that a crash goes on with it;
 * customers that stay where they are, with no earlier timer, cost no write.
 *
 * With others at work it takes two passes: who was passed early may be judged by the model before once more, until the
 * last of the others has heard of the new one. The second pass is made by the first call after that.
 *
 * @returns how many customers were written
 */
export async function rollOutModel(
  models: ActiveModels,
  atMs: number,
  dependencies: RollOutDependencies,
): Promise<number> {
  const modelVersion = models.segments?.version;
  if (modelVersion === undefined) return 0;
  const { others, stores, stop } = dependencies;
  const { checkpoints, customers } = stores;
  const stored = await checkpoints.rollout();
  const before = stored?.modelVersion === modelVersion ? stored : undefined;
  if (before?.finished) return 0;
  const begunAtMs = before?.begunAtMs ?? others?.nowMs();
  const passedOnce = before?.passedOnce ?? false;
  let cursor = before?.cursor;
  if (passedOnce && cursor === undefined && others && begunAtMs !== undefined) {
    if (others.nowMs() < begunAtMs + others.modelAgeMsMax) return 0;
  }
  let written = 0;
  do {
    leaveIfStopping(stop);
    await checkpoints.putRollout({ modelVersion, cursor, finished: false, begunAtMs, passedOnce });
    const page = await customers.scan({ limit: pageMax, cursor });
    const inHand = page.items.map((record) => ({ customerId: record.customerId, known: record }));
    written += await reviewCustomers(inHand, models, atMs, dependencies);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const finished = passedOnce || others === undefined;
  await checkpoints.putRollout({ modelVersion, cursor: undefined, finished, begunAtMs, passedOnce: true });
  return written;
}
