/** A column of integers divided by the largest usual unit they all share, so that varints stay short. */
export interface Scaled {
  /** An index into `units`. */
  scale: number;
  values: number[];
}

/** Avro schema of `Scaled`, to be given a name. */
export const scaledSchema = {
  type: 'record',
  fields: [
    { name: 'scale', type: 'int' },
    { name: 'values', type: { type: 'array', items: 'long' } },
  ],
} as const;

/** Days, minutes, seconds, hundredths of a currency unit and whole units of quantity, in the integers columns hold. */
const units = [1, 1_000, 10_000, 60_000, 86_400_000] as const;

/**
 * @param options.deltas store each value as the difference from the one before (columns sorted ascending).
 */
export function packScaled(column: readonly number[], options: { deltas?: boolean } = {}): Scaled {
  const values = column.slice();
  if (options.deltas) {
    for (let index = values.length - 1; index > 0; index -= 1) {
      values[index] = (values[index] as number) - (values[index - 1] as number);
    }
  }
  let scale = units.length - 1;
  for (const value of values) while (value % (units[scale] as number) !== 0) scale -= 1;
  const unit = units[scale] as number;
  for (let index = 0; index < values.length; index += 1) {
    // Adding zero turns -0 into 0: equal columns must give equal bytes.
    values[index] = (values[index] as number) / unit + 0;
  }
  return { scale, values };
}

export function unpackScaled(column: Scaled, options: { deltas?: boolean } = {}): number[] {
  const unit = units[column.scale] as number;
  let sum = 0;
  return column.values.map((value) => {
    if (!options.deltas) return value * unit;
    sum += value * unit;
    return sum;
  });
}

/** 48-bit hashes as six bytes each. */
export function packHashes(hashed: readonly { readonly hash: number }[]): Buffer {
  const bytes = Buffer.allocUnsafe(hashed.length * 6);
  let at = 0;
  for (const { hash } of hashed) at = bytes.writeUIntBE(hash, at, 6);
  return bytes;
}

export function unpackHashes(bytes: Buffer): number[] {
  const hashes: number[] = new Array(bytes.length / 6);
  for (let index = 0; index < hashes.length; index += 1) hashes[index] = bytes.readUIntBE(index * 6, 6);
  return hashes;
}
