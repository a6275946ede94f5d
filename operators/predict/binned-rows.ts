/** Rows that fell into one bin. */
export interface Bin {
  /** Means over the rows of the bin: exact values where all rows of the bin are equal. */
  readonly values: readonly number[];
  readonly count: number;
}

interface BinSum {
  readonly sums: number[];
  count: number;
}

export interface BinnedRowsOptions {
  /** Width of a bin by dimension; 0 keeps that dimension exact and never coarsens it. */
  readonly widths: readonly number[];
  /** Bins at which all widths double. Default 50,000, about 10 MB. */
  readonly binsMax?: number;
}

/**
 * Counts rows of numbers in bounded memory, whatever their number.
 *
 * Equal rows share a bin. When the bins reach their bound every width doubles and neighbours merge, as often as needed; a bin
 * keeps the means of its rows, so merging loses spread but no bias. Which widths result depends on the set of rows alone,
 * not on their order. Dimensions kept exact are not bounded by it: use them for small whole numbers.
 */
export class BinnedRows {
  private readonly widths: readonly number[];
  private readonly binsMax: number;
  private bins = new Map<string, BinSum>();
  private coarseness = 1;

  constructor(options: BinnedRowsOptions) {
    this.widths = options.widths;
    this.binsMax = options.binsMax ?? 50_000;
  }

  /** @throws RangeError when a value is not finite or the row has another number of dimensions. */
  add(row: readonly number[]): void {
    if (row.length !== this.widths.length || !row.every(Number.isFinite)) {
      throw new RangeError(`not a row of ${this.widths.length} finite numbers: ${row.join(', ')}`);
    }
    merge(this.bins, this.keyOf(row), row, 1);
    while (this.bins.size > this.binsMax && this.coarseness < 2 ** 40) this.coarsen();
  }

  /**
   * In order of their values, and these to 13 digits: the same rows give the same bins to the last bit, whatever order they
   * were added in.
   */
  rows(): Bin[] {
    const bins = Array.from(this.bins.values(), ({ sums, count }) => {
      return { values: sums.map((sum) => Number((sum / count).toPrecision(13))), count };
    });
    return bins.sort((a, b) => byValues(a.values, b.values));
  }

  /** How often wider than asked for the bins had to become; 1 = as asked. */
  get widening(): number {
    return this.coarseness;
  }

  private keyOf(row: readonly number[]): string {
    return row.map((value, index) => this.cellOf(value, this.widths[index] as number)).join(' ');
  }

  private cellOf(value: number, width: number): number {
    return width === 0 ? value : Math.floor(Math.round(value / width) / this.coarseness);
  }

  private coarsen(): void {
    this.coarseness *= 2;
    const merged = new Map<string, BinSum>();
    for (const [key, { sums, count }] of this.bins) {
      const cells = key.split(' ').map(Number);
      const wider = cells.map((cell, index) => (this.widths[index] === 0 ? cell : Math.floor(cell / 2)));
      merge(merged, wider.join(' '), sums, count);
    }
    this.bins = merged;
  }
}

function byValues(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function merge(bins: Map<string, BinSum>, key: string, sums: readonly number[], count: number): void {
  const bin = bins.get(key);
  if (bin === undefined) {
    bins.set(key, { sums: [...sums], count });
    return;
  }
  for (let index = 0; index < sums.length; index += 1) {
    bin.sums[index] = (bin.sums[index] as number) + (sums[index] as number);
  }
  bin.count += count;
}
