import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Examples of a logistic regression, in one flat table that grows by doubling. */
export class LogisticExamples {
  readonly features: number;
  private values: Float64Array;
  private sizes: Float64Array;
  private outcomes: Uint8Array;
  private rowCount = 0;
  private hitCount = 0;

  constructor(features: number) {
    this.features = features;
    this.values = new Float64Array(1_024 * features);
    this.sizes = new Float64Array(1_024);
    this.outcomes = new Uint8Array(1_024);
  }

  get rows(): number {
    return this.rowCount;
  }

  /** Rows with outcome true. */
  get hits(): number {
    return this.hitCount;
  }

  /** @param weight examples the row stands for, > 0 */
  add(row: readonly number[], outcome: boolean, weight = 1): void {
    if (this.rowCount === this.outcomes.length) this.grow();
    this.values.set(row, this.rowCount * this.features);
    this.sizes[this.rowCount] = weight;
    this.outcomes[this.rowCount] = outcome ? 1 : 0;
    this.rowCount += 1;
    if (outcome) this.hitCount += 1;
  }

  value(row: number, feature: number): number {
    return this.values[row * this.features + feature] as number;
  }

  weight(row: number): number {
    return this.sizes[row] as number;
  }

  outcome(row: number): number {
    return this.outcomes[row] as number;
  }

  private grow(): void {
    const values = new Float64Array(2 * this.values.length);
    values.set(this.values);
    const sizes = new Float64Array(2 * this.sizes.length);
    sizes.set(this.sizes);
    const outcomes = new Uint8Array(2 * this.outcomes.length);
    outcomes.set(this.outcomes);
    this.values = values;
    this.sizes = sizes;
    this.outcomes = outcomes;
  }
}

export interface LogisticPrior {
  /** What the weights are drawn towards, per unit of the features. */
  readonly weights: readonly number[];
  /**
   * How strongly: the reciprocal of the variance of a normal prior of each weight, times the variance of its feature, so that it
   * depends on no feature's unit. > 0.
   */
  readonly precision: number;
}

export interface LogisticFit {
  readonly intercept: number;
  readonly weights: readonly number[];
}

const iterationsMax = 50;

/**
 * Logistic regression under a normal prior of the weights (none of the intercept), by Newton's method with halved steps: with a
 * prior the posterior has one mode, whatever the data.
 *
 * @returns undefined when all outcomes are equal, or it did not converge
 */
export function fitLogistic(examples: LogisticExamples, prior: LogisticPrior): LogisticFit | undefined {
  if (examples.hits === 0 || examples.hits === examples.rows) return undefined;
  const { means, deviations } = moments(examples);
  // In standard units: weight 0 is the intercept.
  const centre = [0, ...prior.weights.map((weight, index) => weight * (deviations[index] as number))];
  const scaled = { examples, means, deviations, centre, precision: prior.precision };
  let point = centre.slice();
  let state = climb(scaled, point);
  for (let iteration = 0; iteration < iterationsMax; iteration += 1) {
    const step = new CholeskyDecomposition(state.information)
      .solve(Matrix.columnVector(state.gradient))
      .to1DArray();
    const gain = step.reduce((sum, part, index) => sum + part * (state.gradient[index] as number), 0);
    if (gain < 1e-8 * Math.max(1, Math.abs(state.value))) return unscaled(point, means, deviations);
    let factor = 1;
    let next = state;
    let nextPoint = point;
    do {
      nextPoint = point.map((value, index) => value + factor * (step[index] as number));
      next = climb(scaled, nextPoint);
      factor /= 2;
    } while (next.value < state.value && factor > 1e-6);
    if (!(next.value >= state.value)) return undefined;
    point = nextPoint;
    state = next;
  }
  return undefined;
}

interface Scaled {
  readonly examples: LogisticExamples;
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly centre: readonly number[];
  readonly precision: number;
}

/** Log-posterior with its gradient and minus its Hessian. */
function climb({ examples, means, deviations, centre, precision }: Scaled, point: readonly number[]) {
  const size = point.length;
  const gradient = new Array<number>(size).fill(0);
  const information = new Float64Array(size * size);
  const row = new Float64Array(size);
  let value = 0;
  for (let index = 0; index < examples.rows; index += 1) {
    let score = point[0] as number;
    row[0] = 1;
    for (let feature = 1; feature < size; feature += 1) {
      const raw = examples.value(index, feature - 1);
      const standard = (raw - (means[feature - 1] as number)) / (deviations[feature - 1] as number);
      row[feature] = standard;
      score += standard * (point[feature] as number);
    }
    const weight = examples.weight(index);
    const outcome = examples.outcome(index);
    const probability = 1 / (1 + Math.exp(-score));
    value += weight * (outcome * score - Math.log1p(Math.exp(-Math.abs(score))) - Math.max(0, score));
    const pull = weight * (outcome - probability);
    const spread = weight * probability * (1 - probability);
    for (let a = 0; a < size; a += 1) {
      const left = row[a] as number;
      gradient[a] = (gradient[a] as number) + pull * left;
      const scaledLeft = spread * left;
      for (let b = 0; b <= a; b += 1) {
        information[a * size + b] = (information[a * size + b] as number) + scaledLeft * (row[b] as number);
      }
    }
  }
  const matrix = Matrix.zeros(size, size);
  for (let a = 0; a < size; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      matrix.set(a, b, information[a * size + b] as number);
      matrix.set(b, a, information[a * size + b] as number);
    }
    // A trace of it for the intercept, so that the matrix can always be inverted.
    const held = a === 0 ? 1e-9 : precision;
    const away = (point[a] as number) - (centre[a] as number);
    value -= 0.5 * held * away * away;
    gradient[a] = (gradient[a] as number) - held * away;
    matrix.set(a, a, matrix.get(a, a) + held);
  }
  return { value, gradient, information: matrix };
}

function moments(examples: LogisticExamples): { means: number[]; deviations: number[] } {
  const means: number[] = [];
  const deviations: number[] = [];
  for (let feature = 0; feature < examples.features; feature += 1) {
    let total = 0;
    let sum = 0;
    for (let row = 0; row < examples.rows; row += 1) {
      total += examples.weight(row);
      sum += examples.weight(row) * examples.value(row, feature);
    }
    const mean = sum / total;
    let squares = 0;
    for (let row = 0; row < examples.rows; row += 1) {
      squares += examples.weight(row) * (examples.value(row, feature) - mean) ** 2;
    }
    means.push(mean);
    // A feature that does not vary keeps its prior weight and tells nothing apart.
    deviations.push(Math.max(1e-6, Math.sqrt(squares / total)));
  }
  return { means, deviations };
}

function unscaled(
  point: readonly number[],
  means: readonly number[],
  deviations: readonly number[],
): LogisticFit {
  const weights = deviations.map((deviation, index) => (point[index + 1] as number) / deviation);
  const shift = weights.reduce((sum, weight, index) => sum + weight * (means[index] as number), 0);
  return { intercept: (point[0] as number) - shift, weights };
}
