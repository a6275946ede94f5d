import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { seeds } from '../../pipeline/jobs/fit-models.ts';
import { above, atLeast, atMost, type Figure, figureOf, percent } from './figure.ts';
import { driftFigures } from './segment-drift-figures.ts';
import { fitModel, labelsOf, shareDiffering } from './segment-fits.ts';
import { flapFigures } from './segment-flap-figures.ts';
import { type CustomerTrail, historyAt, populationAt } from './segment-histories.ts';
import { type SegmentSubject, segmentSubjects } from './segment-subjects.ts';

const refitDays = 28;

/**
 * Whether the segments can be trusted, on real purchases and on the shop that the demonstration simulates: stability of labels,
 * agreement with the best batch fit, moves by models and by behaviour, flapping, meaning of the names. A set of data that is not
 * there is left out.
 */
export async function segmentFigures(dataFolder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const subject of segmentSubjects(dataFolder)) {
    for (const figure of figuresOf(await subject.trails(), subject)) {
      figures.push({ ...figure, name: `${subject.name}: ${figure.name}` });
    }
  }
  return figures;
}

function figuresOf(trails: readonly CustomerTrail[], subject: SegmentSubject): Figure[] {
  const { fitAtMs, untilMs } = subject;
  const laterMs = fitAtMs + refitDays * msPerDay;
  const first = fitModel(populationAt(trails, fitAtMs), fitAtMs);
  const second = fitModel(populationAt(trails, laterMs), laterMs, first);
  return [
    sameDataFigure(trails, first),
    ...refitFigures(trails, first, second),
    ...clusterFigures(second),
    ...driftFigures(trails, first, untilMs),
    ...flapFigures(trails, first, untilMs),
    ...meaningFigures([first, second], subject),
  ];
}

/** A refit from other starts to the very same customers. */
function sameDataFigure(trails: readonly CustomerTrail[], first: SegmentModel): Figure {
  const population = populationAt(trails, first.fittedAtMs);
  const others = seeds.map((seed) => seed + 100);
  const again = fitModel(population, first.fittedAtMs, first, others);
  const moved = shareDiffering(labelsOf(population, first), labelsOf(population, again));
  return figureOf('moved by a refit to the same data', moved, atMost(0.01, '1 %'), { write: percent });
}

function refitFigures(trails: readonly CustomerTrail[], first: SegmentModel, second: SegmentModel): Figure[] {
  const { validation } = second.quality;
  const known = trails.filter((trail) => historyAt(trail, first.fittedAtMs) !== undefined);
  const before = populationAt(known, first.fittedAtMs);
  const after = populationAt(known, second.fittedAtMs);
  const byBehaviour = shareDiffering(labelsOf(before, first), labelsOf(after, first));
  const byModel = shareDiffering(labelsOf(after, first), labelsOf(after, second));
  return [
    figureOf(
      'refit four weeks later, inertia / best of ten batch fits',
      validation?.inertiaRatio ?? null,
      atMost(1.03),
    ),
    figureOf(
      'the same, adjusted Rand index against that fit',
      validation?.adjustedRandIndex ?? null,
      atLeast(0.8),
    ),
    figureOf('moved by the refit four weeks later (model)', byModel, atMost(0.1, '10 %'), { write: percent }),
    figureOf(
      'moved by behaviour in those four weeks (model held)',
      byBehaviour,
      above(byModel, 'by the model'),
      { write: percent },
    ),
  ];
}

/** No segment that hardly anybody is in, none that tells nobody apart, and clusters that are some. */
function clusterFigures({ sampleSize, quality }: SegmentModel): Figure[] {
  const { sizes, silhouette } = quality;
  const write = { write: percent };
  return [
    figureOf('smallest segment', Math.min(...sizes) / sampleSize, atLeast(0.01, '1 %'), write),
    figureOf('largest segment', Math.max(...sizes) / sampleSize, atMost(0.4, '40 %'), write),
    figureOf('silhouette', silhouette, atLeast(0.4)),
  ];
}

function meaningFigures(models: readonly SegmentModel[], { without }: SegmentSubject): Figure[] {
  return models.map((model, index) => {
    const meanings = model.quality.validation?.meanings ?? [];
    const kept = meanings.filter(({ holds }) => holds);
    const unmet = meanings.filter(({ holds, name }) => !holds && !without.includes(name));
    const missing = without.length > 0 ? `, ${without.join(', ')} apart: the data have none` : '';
    return {
      name: `names that fit their members, ${index === 0 ? 'first fit' : 'refit'}`,
      bound: `all eight${missing}`,
      figure: `${kept.length}`,
      ok: meanings.length > 0 && unmet.length === 0,
      ...(unmet.length === 0
        ? {}
        : { beside: unmet.map(({ name, unmet: why }) => `${name}: ${why.join(', ')}`).join('; ') }),
    };
  });
}
