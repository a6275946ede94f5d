import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hash48 } from '../../operators/event/event-hash.ts';
import { adjustedRandIndex } from '../../operators/segments/adjusted-rand-index.ts';
import { nearestSegment } from '../../operators/segments/assign-segment.ts';
import { fitSegments } from '../../operators/segments/fit-segments.ts';
import { measureDrift } from '../../operators/segments/judge-candidate.ts';
import { type SegmentCandidate, takeSlice } from '../../operators/segments/segment-candidate.ts';
import type {
  Migration,
  SegmentFeatures,
  SegmentModel,
  SegmentName,
} from '../../operators/segments/segment-model.ts';
import { transformFeatures } from '../../operators/segments/transform.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { flappingGuards, seeds } from '../../pipeline/jobs/fit-models.ts';
import { type CustomerTrail, historyAt, populationAt, readTrails, walk } from './segment-histories.ts';

export interface SegmentFigure {
  readonly name: string;
  readonly bound: string;
  readonly figure: string;
  readonly ok: boolean;
}

interface Subject {
  readonly name: string;
  readonly file: string;
  readonly currency: string;
  /** Of the first model; a refit follows four weeks later. */
  readonly fitAt: string;
  readonly until: string;
  /** Names that the population has nobody for. */
  readonly without: readonly SegmentName[];
}

const subjects: readonly Subject[] = [
  {
    name: 'online-retail',
    file: 'online-retail.csv.gz',
    currency: 'GBP',
    fitAt: '2011-09-01',
    until: '2011-12-09',
    without: [],
  },
  {
    name: 'cdnow',
    file: 'cdnow-sample.csv.gz',
    currency: 'USD',
    fitAt: '1997-10-01',
    until: '1998-06-30',
    // Everybody came in the first quarter of 1997: nine months later and on, nobody is new.
    without: ['New'],
  },
];

const refitDays = 28;
const sliceCount = 4;

/**
 * Whether the segments can be trusted, on real purchases: stability of labels, agreement with the best batch fit, moves by
 * models and by behaviour, flapping, meaning of the names. A set of data that is not there is left out.
 */
export async function segmentFigures(dataFolder: string): Promise<SegmentFigure[]> {
  const figures: SegmentFigure[] = [];
  for (const subject of subjects) {
    const path = join(dataFolder, subject.file);
    if (!existsSync(path)) continue;
    const trails = await readTrails(path, subject.currency);
    figures.push(...figuresOf(trails, subject));
  }
  return figures;
}

function figuresOf(trails: readonly CustomerTrail[], subject: Subject): SegmentFigure[] {
  const fitAtMs = Date.parse(subject.fitAt);
  const laterMs = fitAtMs + refitDays * msPerDay;
  const first = fitModel(populationAt(trails, fitAtMs), fitAtMs, seeds);
  const second = fitModel(populationAt(trails, laterMs), laterMs, seeds, first);
  const list = [
    ...sameDataFigures(trails, first, fitAtMs),
    ...refitFigures(trails, first, second),
    ...candidateFigures(trails, first, second),
    ...flapFigures(trails, first, Date.parse(subject.until)),
    ...meaningFigures([first, second], subject),
  ];
  return list.map((figure) => ({ ...figure, name: `${subject.name}: ${figure.name}` }));
}

/** A refit from other starts to the very same customers. */
function sameDataFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  atMs: number,
): SegmentFigure[] {
  const population = populationAt(trails, atMs);
  const again = fitModel(
    population,
    atMs,
    seeds.map((seed) => seed + 100),
    first,
  );
  const moved = shareDiffering(labelsOf(population, first), labelsOf(population, again));
  return [{ name: 'moved by a refit to the same data', bound: '<= 1 %', ...percent(moved, moved <= 0.01) }];
}

function refitFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  second: SegmentModel,
): SegmentFigure[] {
  const { inertiaRatio = Number.NaN, adjustedRandIndex: agreement = Number.NaN } =
    second.quality.validation ?? {};
  const known = trails.filter((trail) => historyAt(trail, first.fittedAtMs) !== undefined);
  const before = populationAt(known, first.fittedAtMs);
  const after = populationAt(known, second.fittedAtMs);
  const byBehaviour = shareDiffering(labelsOf(before, first), labelsOf(after, first));
  const byModel = shareDiffering(labelsOf(after, first), labelsOf(after, second));
  return [
    {
      name: 'refit four weeks later, inertia / best of ten batch fits',
      bound: '<= 1.03',
      figure: inertiaRatio.toFixed(4),
      ok: inertiaRatio <= 1.03,
    },
    {
      name: 'the same, adjusted Rand index against that fit',
      bound: '>= .8',
      figure: agreement.toFixed(3),
      ok: agreement >= 0.8,
    },
    {
      name: 'moved by the refit four weeks later (model)',
      bound: '<= 10 %',
      ...percent(byModel, byModel <= 0.1),
    },
    {
      name: 'moved by behaviour in those four weeks (model held)',
      bound: 'more than by model',
      ...percent(byBehaviour, byBehaviour > byModel),
    },
  ];
}

/** The candidate after four weekly slices against the best batch fit to everybody, beside the model left as it was. */
function candidateFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  second: SegmentModel,
): SegmentFigure[] {
  let candidate: SegmentCandidate | undefined;
  for (let slice = 0; slice < sliceCount; slice += 1) {
    const atMs = first.fittedAtMs + (slice + 1) * 7 * msPerDay;
    const members = trails.filter(({ customerId }) => hash48(customerId) % sliceCount === slice);
    const options = { atMs, halfLifeDays: 28, everyDays: 7 };
    candidate = takeSlice(candidate, first, populationAt(members, atMs), options);
  }
  if (candidate === undefined) return [];
  const population = populationAt(trails, second.fittedAtMs);
  const best = labelsOf(population, fitModel(population, second.fittedAtMs, seeds));
  const grown = labelsOf(population, { ...first, centroids: candidate.centroids });
  const held = adjustedRandIndex(labelsOf(population, first), best);
  const agreement = adjustedRandIndex(grown, best);
  const drifted = measureDrift(candidate.population, first);
  return [
    {
      name: 'candidate after four slices, adjusted Rand index against the best batch fit then',
      bound: `at most .02 below the model left as it was (${held.toFixed(3)})`,
      figure: agreement.toFixed(3),
      ok: agreement >= held - 0.02,
    },
    {
      name: 'drift in those four weeks, inertia / inertia at the fit',
      bound: 'a refit is asked for beyond 1.25',
      figure: `${drifted.inertiaRatio.toFixed(3)}${drifted.alarm ? ', asked for' : ''}`,
      ok: drifted.inertiaRatio <= 1.25 || drifted.alarm !== null,
    },
  ];
}

/** A to B to A within four weeks, with no guard and with those in use. */
function flapFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  untilMs: number,
): SegmentFigure[] {
  const flapsOf = (guards: Partial<SegmentModel>) => {
    const model = { ...first, ...guards };
    const counts = { moves: 0, event: 0, time: 0, model: 0 };
    for (const trail of trails) {
      const { migrations } = walk(trail, [model], untilMs);
      counts.moves += migrations.length;
      for (const { cause } of flapsAmong(migrations)) counts[cause] += 1;
    }
    return counts;
  };
  const bare = flapsOf({ margin: 0, dwellDays: 0 });
  const held = flapsOf(flappingGuards);
  const describe = ({ moves, event, time }: typeof bare) =>
    `${event + time} (${event} by order, ${time} by time) in ${moves} moves`;
  return [
    {
      name: `back within four weeks, margin ${flappingGuards.margin} and dwell ${flappingGuards.dwellDays} days`,
      bound: `fewer, those by time at most a third, of those with neither: ${describe(bare)}`,
      figure: describe(held),
      ok: held.event < bare.event && held.time <= bare.time / 3,
    },
  ];
}

/** The moves that led back to where the one before came from, within four weeks of it. */
function flapsAmong(migrations: readonly Migration[]): Migration[] {
  return migrations.filter((migration, index) => {
    const before = migrations[index - 1];
    return before?.from === migration.to && migration.atMs - before.atMs <= 28 * msPerDay;
  });
}

function meaningFigures(models: readonly SegmentModel[], { without }: Subject): SegmentFigure[] {
  return models.map((model, index) => {
    const meanings = model.quality.validation?.meanings ?? [];
    const kept = meanings.filter(({ holds }) => holds);
    const unmet = meanings.filter(({ holds, name }) => !holds && !without.includes(name));
    const missing = without.length > 0 ? `, ${without.join(', ')} apart: the data have none` : '';
    return {
      name: `names that fit their members, ${index === 0 ? 'first fit' : 'refit'}`,
      bound: `all eight${missing}`,
      figure: `${kept.length}${unmet.map(({ name, unmet: why }) => `; ${name}: ${why.join(', ')}`).join('')}`,
      ok: meanings.length > 0 && unmet.length === 0,
    };
  });
}

function fitModel(
  sample: readonly SegmentFeatures[],
  fittedAtMs: number,
  starts: readonly number[],
  previous?: SegmentModel,
): SegmentModel {
  const version = `fit-${fittedAtMs}-${previous ? 'again' : 'first'}`;
  const fitted = fitSegments(sample, { version, fittedAtMs, seeds: starts, previous, ...flappingGuards });
  if (!fitted.ok) throw new Error(fitted.reason.detail);
  return fitted.model;
}

function labelsOf(population: readonly SegmentFeatures[], model: SegmentModel): SegmentName[] {
  return population.map((features) => nearestSegment(transformFeatures(features, model.transforms), model));
}

function shareDiffering<T>(a: readonly T[], b: readonly T[]): number {
  return a.filter((label, index) => label !== b[index]).length / Math.max(1, a.length);
}

function percent(share: number, ok: boolean): Pick<SegmentFigure, 'figure' | 'ok'> {
  return { figure: `${(100 * share).toFixed(2)} %`, ok };
}
