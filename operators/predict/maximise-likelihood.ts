import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/**
 * A log-likelihood of positive parameters, given as their natural logarithms.
 * @param gradient receives the derivatives by the log-parameters; its content before the call is undefined
 */
export type LogLikelihood = (logParameters: readonly number[], gradient: number[]) => number;

export interface MaximiseOptions {
  /** What the parameters are called in reasons. Default `parameter 1`, `parameter 2`, ... */
  readonly names?: readonly string[];
  /** Newton steps tried before giving up. Default 100. */
  readonly iterationsMax?: number;
  /** Converged when one more step promises less than this gain of log-likelihood. Default 1e-9. */
  readonly gainMin?: number;
  /** A log-parameter further than this from its start has run away. Default 14 (a factor of a million). */
  readonly distanceMax?: number;
  /** A maximum with a standard error of a log-parameter above this is a ridge, not an answer. Default 5. */
  readonly standardErrorMax?: number;
}

interface Maximum {
  readonly parameters: readonly number[];
  readonly logLikelihood: number;
  readonly iterations: number;
  /** Of the log-parameters: roots of the diagonal of the inverse observed information. */
  readonly standardErrors: readonly number[];
}

export type MaximiseResult =
  | { readonly ok: true; readonly maximum: Maximum; readonly startsConverged: number }
  | { readonly ok: false; readonly reason: string };

interface Climb {
  readonly maximum: Maximum | undefined;
  readonly reason: string;
}

/**
 * The largest interior maximum reached from several starts.
 *
 * Damped Newton steps (Levenberg-Marquardt) in log-parameters with the exact gradient; the Hessian comes from central
 * differences of the gradient. A point counts as a maximum only when the Hessian is negative definite there and the next
 * step promises no gain, so a ridge or a runaway parameter is told apart from an answer.
 *
 * @param starts one or more, each the parameters themselves (not logarithms), > 0
 */
export function maximiseLikelihood(
  logLikelihood: LogLikelihood,
  starts: readonly (readonly number[])[],
  options: MaximiseOptions = {},
): MaximiseResult {
  const climbs = starts.map((start) => climb(logLikelihood, start.map(Math.log), options));
  let best: Maximum | undefined;
  for (const { maximum } of climbs) {
    if (maximum && (best === undefined || maximum.logLikelihood > best.logLikelihood)) best = maximum;
  }
  if (best === undefined) {
    const reasons = [...new Set(climbs.map((result) => result.reason))];
    return { ok: false, reason: reasons.join('; ') || 'no start was given' };
  }
  return { ok: true, maximum: best, startsConverged: climbs.filter((result) => result.maximum).length };
}

function climb(logLikelihood: LogLikelihood, start: readonly number[], options: MaximiseOptions): Climb {
  const { iterationsMax = 100, gainMin = 1e-9, distanceMax = 14 } = options;
  const gradient = start.map(() => 0);
  let point = start.slice();
  let value = logLikelihood(point, gradient);
  if (!Number.isFinite(value))
    return { maximum: undefined, reason: 'the likelihood is not finite at the start' };
  let damping = 1e-3;
  for (let iteration = 1; iteration <= iterationsMax; iteration += 1) {
    const information = observedInformation(logLikelihood, point);
    const undamped = solve(information, gradient, 0);
    if (undamped && gainOf(undamped, gradient) < gainMin * Math.max(1, Math.abs(value) * 1e-6)) {
      return judged(maximumAt(point, value, iteration, information), options);
    }
    const step = uphill(logLikelihood, point, value, gradient, information, damping);
    if (step === undefined) return { maximum: undefined, reason: 'no step raises the likelihood any more' };
    ({ point, value, damping } = step);
    logLikelihood(point, gradient);
    const away = point.findIndex(
      (coordinate, index) => Math.abs(coordinate - (start[index] as number)) > distanceMax,
    );
    if (away >= 0) {
      const where =
        (point[away] as number) > (start[away] as number) ? 'grows without bound' : 'falls towards 0';
      return { maximum: undefined, reason: `${nameOf(away, options)} ${where}: the data do not fix it` };
    }
  }
  return { maximum: undefined, reason: `not converged within ${iterationsMax} iterations` };
}

function judged(maximum: Maximum, options: MaximiseOptions): Climb {
  const { standardErrorMax = 5 } = options;
  const loose = maximum.standardErrors.findIndex((error) => !(error <= standardErrorMax));
  if (loose < 0) return { maximum, reason: '' };
  const reason = `the data do not fix ${nameOf(loose, options)}: the likelihood is flat along it`;
  return { maximum: undefined, reason };
}

function nameOf(index: number, { names }: MaximiseOptions): string {
  return names?.[index] ?? `parameter ${index + 1}`;
}

/** The first damped step that raises the likelihood; the more damping, the shorter and the closer to the gradient. */
function uphill(
  logLikelihood: LogLikelihood,
  point: readonly number[],
  value: number,
  gradient: readonly number[],
  information: Matrix,
  damping: number,
): { point: number[]; value: number; damping: number } | undefined {
  const scale = Math.max(1e-12, ...gradient.map(Math.abs), ...information.diagonal().map(Math.abs));
  const scratch = gradient.slice();
  for (let factor = damping; factor < 1e12; factor *= 4) {
    const step = solve(information, gradient, factor === damping && damping <= 1e-8 ? 0 : factor * scale);
    if (step === undefined) continue;
    const longest = Math.max(...step.map(Math.abs));
    const shorten = longest > 1.5 ? 1.5 / longest : 1;
    const next = point.map((coordinate, index) => coordinate + shorten * (step[index] as number));
    const nextValue = logLikelihood(next, scratch);
    if (nextValue >= value) return { point: next, value: nextValue, damping: Math.max(1e-9, factor / 16) };
  }
  return undefined;
}

function gainOf(step: readonly number[], gradient: readonly number[]): number {
  return 0.5 * step.reduce((sum, part, index) => sum + part * (gradient[index] as number), 0);
}

/** Solves (information + ridge I) step = gradient; undefined when that matrix is not positive definite. */
function solve(information: Matrix, gradient: readonly number[], ridge: number): number[] | undefined {
  const damped = information.clone();
  if (!information.to1DArray().every(Number.isFinite)) return undefined;
  for (let index = 0; index < gradient.length; index += 1) {
    damped.set(index, index, damped.get(index, index) + ridge);
  }
  const cholesky = new CholeskyDecomposition(damped);
  if (!cholesky.isPositiveDefinite()) return undefined;
  const step = cholesky.solve(Matrix.columnVector([...gradient])).to1DArray();
  return step.every(Number.isFinite) ? step : undefined;
}

/** Minus the Hessian, symmetrised. */
function observedInformation(logLikelihood: LogLikelihood, point: readonly number[]): Matrix {
  const size = point.length;
  const width = 1e-4;
  const information = Matrix.zeros(size, size);
  const above = point.map(() => 0);
  const below = point.map(() => 0);
  for (let row = 0; row < size; row += 1) {
    const shifted = point.slice();
    shifted[row] = (point[row] as number) + width;
    logLikelihood(shifted, above);
    shifted[row] = (point[row] as number) - width;
    logLikelihood(shifted, below);
    for (let column = 0; column < size; column += 1) {
      const half = ((below[column] as number) - (above[column] as number)) / (4 * width);
      information.set(row, column, information.get(row, column) + half);
      information.set(column, row, information.get(column, row) + half);
    }
  }
  return information;
}

function maximumAt(
  point: readonly number[],
  logLikelihood: number,
  iterations: number,
  information: Matrix,
): Maximum {
  const inverse = new CholeskyDecomposition(information).solve(Matrix.eye(point.length));
  return {
    parameters: point.map(Math.exp),
    logLikelihood,
    iterations,
    standardErrors: inverse.diagonal().map(Math.sqrt),
  };
}
