import { compareEventOrder } from '../event/purchase-event.ts';

interface Placed {
  readonly atMs: number;
  readonly hash: number;
}

/** A copy of `list` (sorted by time, ties by hash) with `item` at its place; new items mostly belong at the end. */
export function insertSorted<T extends Placed>(list: readonly T[], item: T): T[] {
  const copy = list.slice();
  let index = copy.length;
  while (index > 0 && compareEventOrder(copy[index - 1] as T, item) > 0) index -= 1;
  copy.splice(index, 0, item);
  return copy;
}
