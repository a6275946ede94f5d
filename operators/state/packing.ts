/** A column of integers divided by the largest usual unit they all share, so that varints stay short. */
export interface Scaled {
  /** Exponent class: an index into `units`. */
  scale: number;
  values: number[];
}

/** Days, minutes, seconds, hundredths of a currency unit and whole units of quantity, in the integers columns hold. */
const units = [1, 1_000, 10_000, 60_000, 86_400_000] as const;

/**
 * @param options.deltas store each value as the difference from the one before (columns sorted ascending).
 */
export function packScaled(column: readonly number[], options: { deltas?: boolean } = {}): Scaled {
  const deltas = options.deltas
    ? column.map((value, index) => value - (index === 0 ? 0 : (column[index - 1] ?? 0)))
    : column;
  let scale = units.length - 1;
  while (scale > 0 && !deltas.every((value) => value % (units[scale] as number) === 0)) scale -= 1;
  const unit = units[scale] as number;
  // Adding zero turns -0 into 0: equal columns must give equal bytes.
  return { scale, values: deltas.map((value) => value / unit + 0) };
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
export function packHashes(hashes: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(hashes.length * 6);
  for (let index = 0; index < hashes.length; index += 1)
    bytes.writeUIntBE(hashes[index] as number, index * 6, 6);
  return bytes;
}

export function unpackHashes(bytes: Buffer): number[] {
  const hashes: number[] = new Array(bytes.length / 6);
  for (let index = 0; index < hashes.length; index += 1) hashes[index] = bytes.readUIntBE(index * 6, 6);
  return hashes;
}
