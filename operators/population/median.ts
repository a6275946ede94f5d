/**
 * The median of the first `count` values, the lower of the two in the middle of an even number, which it reorders; undefined
 * of none. By selection: time grows with `count`, not with its logarithm too.
 */
export function medianOf(values: Float64Array, count: number): number | undefined {
  if (count === 0) return undefined;
  const target = (count - 1) >> 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const held = values[left] as number;
      values[left] = values[right] as number;
      values[right] = held;
      left += 1;
      right -= 1;
    }
    if (target <= right) high = right;
    else if (target >= left) low = left;
    else break;
  }
  return values[target];
}
