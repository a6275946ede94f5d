/**
 * JSON of what holds finite numbers only: JSON would turn any other into null, and it would be wrong only when it is used.
 * @param refuse gives the error to throw for a value that is no finite number, met under that key
 */
export function finiteJson(value: unknown, refuse: (key: string, found: number) => Error): string {
  return JSON.stringify(value, (key, held: unknown) => {
    if (typeof held === 'number' && !Number.isFinite(held)) throw refuse(key, held);
    return held;
  });
}
