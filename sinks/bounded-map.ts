/**
 * Maps items through `work`, at most `concurrency` at a time, and gives the results in the items' order.
 * After a failure nothing new is begun; what is under way ends first, so that no write happens behind the caller's back.
 */
export async function boundedMap<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    while (next < items.length && failure === undefined) {
      const position = next++;
      try {
        results[position] = await work(items[position] as T, position);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
}
