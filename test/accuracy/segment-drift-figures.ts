import { hash48 } from '../../operators/event/event-hash.ts';
import { adjustedRandIndex } from '../../operators/segments/adjusted-rand-index.ts';
import { measureDrift } from '../../operators/segments/judge-candidate.ts';
import { type SegmentCandidate, takeSlice } from '../../operators/segments/segment-candidate.ts';
import type { SegmentModel } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { atLeast, type Figure, figureOf, fourDigits } from './figure.ts';
import { fitModel, labelsOf } from './segment-fits.ts';
import { type CustomerTrail, populationAt } from './segment-histories.ts';

/** Slices that the customers are cut into; one a week is taken, and after all of them everything is judged. */
const sliceCount = 4;
/** How well the active segments may still be trusted when a refit is asked for. */
const agreementMin = 0.7;

interface Check {
  readonly week: number;
  /** Adjusted Rand index against the best batch fit to everybody then: of the model left as it was, and of the candidate. */
  readonly held: number;
  readonly candidate: number;
  readonly alarm: string | null;
}

/**
 * Lets a candidate follow the customers by weekly slices, and every fourth week compares it, and the model left as it was, with the
 * best batch fit to everybody; up to the first time that a refit is asked for.
 */
export function driftFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  untilMs: number,
): Figure[] {
  const checks = followCustomers(trails, first, untilMs);
  // At the alarm itself both are as they will be until the refit; before it the model was trusted.
  const trusted = checks.filter(({ alarm }) => alarm === null);
  const last = checks.at(-1);
  const least = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
  return [
    figureOf(
      'drift: least agreement with the best fit while no refit was asked for',
      least(trusted.map(({ held }) => held)),
      atLeast(agreementMin),
      {
        beside:
          last?.alarm == null
            ? `none asked for in ${last?.week} weeks`
            : `asked for in week ${last.week}, at ${fourDigits(last.held)}`,
      },
    ),
    figureOf(
      'candidate: least gain in agreement over the model left as it was, each four weeks',
      least(checks.map(({ held, candidate }) => candidate - held)),
      atLeast(0),
      {
        beside: checks
          .map(
            ({ week, candidate, held }) => `week ${week}: ${fourDigits(candidate)}, left ${fourDigits(held)}`,
          )
          .join('; '),
      },
    ),
  ];
}

function followCustomers(trails: readonly CustomerTrail[], first: SegmentModel, untilMs: number): Check[] {
  const checks: Check[] = [];
  let grown: SegmentCandidate | undefined;
  for (let week = 1; ; week += 1) {
    const atMs = first.fittedAtMs + week * 7 * msPerDay;
    if (atMs > untilMs) return checks;
    const slice = trails.filter(
      ({ customerId }) => hash48(customerId) % sliceCount === (week - 1) % sliceCount,
    );
    grown = takeSlice(grown, first, populationAt(slice, atMs), { atMs, halfLifeDays: 28, everyDays: 7 });
    if (week % sliceCount !== 0) continue;
    const population = populationAt(trails, atMs);
    const best = labelsOf(population, fitModel(population, atMs));
    const agreement = (model: SegmentModel) => adjustedRandIndex(labelsOf(population, model), best);
    const { alarm } = measureDrift(grown.population, first);
    checks.push({
      week,
      held: agreement(first),
      candidate: agreement({ ...first, centroids: grown.centroids }),
      alarm,
    });
    if (alarm !== null) return checks;
  }
}
