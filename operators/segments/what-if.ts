import { segmentAfter } from './assign-segment.ts';
import { segmentGeometry } from './segment-geometry.ts';
import {
  type SegmentFeatureName,
  type SegmentFeatures,
  type SegmentModel,
  type SegmentName,
  segmentFeatureNames,
  segmentNames,
} from './segment-model.ts';
import { invertTransform, transformFeatures, transformValue } from './transform.ts';

/** The nearest value of one feature alone at which a customer would stand in another segment. */
export interface FeatureChange {
  /** What the feature is now, plain units. */
  readonly value: number;
  /**
   * Where it changes, plain units: the least (or greatest) number of orders that does, and for what is measured the
   * boundary itself, a hair beyond which it has.
   */
  readonly changeAt: number;
  readonly to: SegmentName;
}

/** By feature; one that can't bring about a change by itself, within the values it can have, is absent. */
export type WhatIf = Partial<Readonly<Record<SegmentFeatureName, FeatureChange>>>;

/** Beyond these a value is none that anybody has: a hundred years, ten thousand orders and a billion spent in a year. */
const valueMax: Readonly<Record<SegmentFeatureName, number>> = {
  recencyDays: 36_500,
  tenureDays: 36_500,
  orders365: 1e4,
  spend365: 1e9,
};

/** How far past a boundary the segment beyond it is asked for, transformed units: well above rounding. */
const hair = 1e-7;

/**
 * What each feature would have to be for the customer to move, all others as they are. Exact: moving boundaries are
 * hyperplanes, so along one feature each is crossed at one value. The days since the last order stay within those since
 * the first.
 *
 * @param current where the customer stands; nobody who is already past a boundary is told anything
 */
export function whatIf(current: SegmentName, features: SegmentFeatures, model: SegmentModel): WhatIf {
  const z = transformFeatures(features, model.transforms);
  if (!z.every(Number.isFinite) || segmentAfter(current, z, model) !== current) return {};
  const changes = segmentFeatureNames.flatMap((feature, index) => {
    const change = nearestChange({ current, features, model, z, feature, index });
    return change === undefined ? [] : [[feature, change] as const];
  });
  return Object.fromEntries(changes);
}

interface Question {
  readonly current: SegmentName;
  readonly features: SegmentFeatures;
  readonly model: SegmentModel;
  readonly z: readonly number[];
  readonly feature: SegmentFeatureName;
  readonly index: number;
}

/** The nearer, in transformed units, of the first crossings upwards and downwards. */
function nearestChange(question: Question): FeatureChange | undefined {
  const { z, index } = question;
  const own = z[index] as number;
  const crossings = crossingsAlong(question);
  const nearest = (list: readonly Crossing[]) =>
    list.reduce<Crossing | undefined>(
      (best, one) => (best && Math.abs(best.at - own) <= Math.abs(one.at - own) ? best : one),
      undefined,
    );
  const changes = [1, -1].flatMap((direction) => {
    const first = nearest(crossings.filter((crossing) => crossing.direction === direction));
    const change = first && changeAcross(first, question);
    return first && change ? [{ change, away: Math.abs(first.at - own) }] : [];
  });
  return changes.sort((a, b) => a.away - b.away)[0]?.change;
}

interface Crossing {
  /** Transformed value of the feature at the boundary. */
  readonly at: number;
  /** 1 when larger values lie beyond it, -1 when smaller ones do. */
  readonly direction: number;
}

function crossingsAlong({ current, model, z, index }: Question): Crossing[] {
  const boundaries = segmentGeometry(model).boundaries[segmentNames.indexOf(current)] ?? [];
  return boundaries.flatMap(({ normal, offset }) => {
    const slope = normal[index] as number;
    if (slope === 0 || !Number.isFinite(offset)) return [];
    const rest = normal.reduce(
      (sum, n, other) => (other === index ? sum : sum + n * (z[other] as number)),
      0,
    );
    const at = (offset - rest) / slope;
    return Number.isFinite(at) ? [{ at, direction: Math.sign(slope) }] : [];
  });
}

/** The plain value at a crossing (a count: the first past it) and the segment there; undefined if nobody can have it. */
function changeAcross({ at, direction }: Crossing, question: Question): FeatureChange | undefined {
  const { current, features, model, z, feature, index } = question;
  const transform = model.transforms[index];
  if (transform === undefined) return undefined;
  const segmentWith = (value: number) => {
    const moved = [...z];
    moved[index] = value;
    return segmentAfter(current, moved, model);
  };
  const least = feature === 'tenureDays' ? features.recencyDays : 0;
  const most = feature === 'recencyDays' ? features.tenureDays : valueMax[feature];
  const boundary = invertTransform(at, transform);
  let changeAt: number | undefined = boundary;
  let beyond = at + direction * hair;
  if (feature === 'orders365') {
    // Rounding decides on which side of a boundary a count at it lies, so its neighbours are asked as well.
    const tried = [-1, 0, 1].map((step) => Math.round(boundary) + step * direction);
    changeAt = tried.find((count) => segmentWith(transformValue(count, transform)) !== current);
    beyond = transformValue(changeAt ?? 0, transform);
  } else if (invertTransform(beyond, transform) < least) return undefined;
  if (changeAt === undefined || !(changeAt >= least && changeAt <= most)) return undefined;
  const to = segmentWith(beyond);
  return to === current ? undefined : { value: features[feature], changeAt, to };
}
