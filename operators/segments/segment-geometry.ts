import { InvariantError } from '../errors.ts';
import {
  type FeatureTransform,
  type SegmentModel,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';

/**
 * What assignment needs of a model, worked out once: centroids in the order of `segmentNames` (so that an index is a
 * rank among ties), and for each ordered pair the hyperplane between them.
 */
export interface SegmentGeometry {
  readonly centroids: readonly (readonly number[])[];
  /** `boundaries[from][to]`. */
  readonly boundaries: readonly (readonly Boundary[])[];
}

/** The hyperplane that bisects two centroids, moved by the margin towards the one a customer would move to. */
export interface Boundary {
  /** Unit vector from the present centroid to the other one. */
  readonly normal: readonly number[];
  /** Signed distance of the moved hyperplane from the origin. Infinite for coinciding centroids: nobody crosses. */
  readonly offset: number;
  /** Change of the excess per unit of ln(1 + recencyDays / scale), and of the same of tenureDays. */
  readonly recencySlope: number;
  readonly tenureSlope: number;
  /** Twice what floating point can be wrong by in an excess, for features up to 1e10 in plain units. */
  readonly roundingMax: number;
}

/** Centroids nearer to each other than this have no boundary: which side a customer is on would be rounding. */
const coincidingMax = 1e-9;

const geometries = new WeakMap<SegmentModel, SegmentGeometry>();

/**
 * The geometry of a model, kept as long as the model object lives.
 * @throws InvariantError when the model isn't eight named centroids over the four features.
 */
export function segmentGeometry(model: SegmentModel): SegmentGeometry {
  const known = geometries.get(model);
  if (known !== undefined) return known;
  const geometry = deriveGeometry(model);
  geometries.set(model, geometry);
  return geometry;
}

/** How far past its boundary, margin taken off, a point lies; positive exactly when the customer may move. */
export function boundaryExcess(boundary: Boundary, z: readonly number[]): number {
  let along = 0;
  for (let index = 0; index < boundary.normal.length; index++) {
    along += (boundary.normal[index] as number) * (z[index] as number);
  }
  return along - boundary.offset;
}

export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    sum += ((a[index] as number) - (b[index] as number)) ** 2;
  }
  return sum;
}

function deriveGeometry(model: SegmentModel): SegmentGeometry {
  requireWellFormed(model);
  const centroids = segmentNames.map((name) => centroidOf(model, name));
  const boundaries = centroids.map((from) => centroids.map((to) => boundaryBetween(from, to, model)));
  return { centroids, boundaries };
}

function boundaryBetween(from: readonly number[], to: readonly number[], model: SegmentModel): Boundary {
  const gap = Math.sqrt(squaredDistance(from, to));
  if (gap <= coincidingMax) {
    return {
      normal: from.map(() => 0),
      offset: Number.POSITIVE_INFINITY,
      recencySlope: 0,
      tenureSlope: 0,
      roundingMax: 0,
    };
  }
  const normal = to.map((value, index) => (value - (from[index] as number)) / gap);
  const middle = normal.reduce(
    (sum, n, index) => sum + (n * ((from[index] as number) + (to[index] as number))) / 2,
    0,
  );
  const offset = middle + model.margin;
  const slopes = normal.map((n, index) => n / (model.transforms[index]?.deviation ?? 1));
  // ln(1 + 1e10) < 25, scales from 1 on; the factor is some ninety units in the last place, for about a dozen roundings.
  const magnitude = slopes.reduce(
    (sum, slope, index) => sum + Math.abs(slope) * (25 + Math.abs(model.transforms[index]?.mean ?? 0)),
    1 + Math.abs(offset),
  );
  const [recencySlope = 0, tenureSlope = 0] = slopes;
  return { normal, offset, recencySlope, tenureSlope, roundingMax: 1e-14 * magnitude };
}

function requireWellFormed(model: SegmentModel): void {
  const problems: string[] = [];
  if (model.transforms.some(({ feature }, index) => feature !== segmentFeatureNames[index])) {
    problems.push('transforms are not in the order of the features');
  }
  if (model.transforms.length !== segmentFeatureNames.length)
    problems.push('one transform a feature is needed');
  const isUsable = ({ mean, deviation, scale = 1 }: FeatureTransform) =>
    Number.isFinite(mean) && deviation > 0 && scale > 0 && Number.isFinite(scale);
  if (!model.transforms.every(isUsable)) {
    problems.push('a transform is not finite');
  }
  if ([...model.names].sort().join() !== [...segmentNames].sort().join()) {
    problems.push('each of the eight names is needed once');
  }
  const isVector = (centroid: readonly number[]) =>
    centroid.length === segmentFeatureNames.length && centroid.every((value) => Number.isFinite(value));
  if (model.centroids.length !== model.names.length || !model.centroids.every(isVector)) {
    problems.push('one finite centroid a name is needed');
  }
  if (!(model.margin >= 0 && Number.isFinite(model.margin)))
    problems.push('the margin is negative or not finite');
  const { dwellDays = 0 } = model;
  if (!(dwellDays >= 0 && Number.isFinite(dwellDays))) problems.push('the dwell is negative or not finite');
  if (problems.length > 0) {
    throw new InvariantError(`segment model ${model.version}: ${problems.join('; ')}`, {
      version: model.version,
    });
  }
}

function centroidOf(model: SegmentModel, name: SegmentName): readonly number[] {
  const centroid = model.centroids[model.names.indexOf(name)];
  if (centroid === undefined) {
    throw new InvariantError(`segment model ${model.version} has no segment ${name}`, { name });
  }
  return centroid;
}
