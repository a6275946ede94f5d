import type { Migration, MigrationCause, SegmentModel } from '../../operators/segments/segment-model.ts';
import { msPerDay } from '../../operators/state/customer-state.ts';
import { flappingGuards } from '../../pipeline/jobs/fit-models.ts';
import { atMost, type Figure, figureOf, percent } from './figure.ts';
import { fitModel } from './segment-fits.ts';
import { type CustomerTrail, populationAt, walk } from './segment-histories.ts';

const flapDays = 28;
const refitDays = 56;

interface FlapCount extends Readonly<Record<MigrationCause, number>> {
  readonly moves: number;
}

/** A to B to A within four weeks, by cause: under one model with no guard and with those in use, and with refits as by default. */
export function flapFigures(
  trails: readonly CustomerTrail[],
  first: SegmentModel,
  untilMs: number,
): Figure[] {
  const bare = countFlaps(trails, [{ ...first, margin: 0, dwellDays: 0 }], untilMs);
  const held = countFlaps(trails, [first], untilMs);
  const refitted = countFlaps(trails, withRefits(trails, first, untilMs), untilMs);
  const { margin, dwellDays } = flappingGuards;
  return [
    figureOf(
      `back within four weeks, margin ${margin} and dwell ${dwellDays} days, to those with neither`,
      ratio(held.event + held.time, bare.event + bare.time),
      atMost(0.8, '80 %'),
      { write: percent, beside: `${describe(held)}; with neither ${describe(bare)}` },
    ),
    figureOf('the same by time alone', ratio(held.time, bare.time), atMost(1 / 3, 'a third'), {
      write: percent,
    }),
    figureOf(
      `back within four weeks by a refit every ${refitDays} days, of all moves`,
      ratio(refitted.model, refitted.moves),
      atMost(0.04, '4 %'),
      { write: percent, beside: describe(refitted) },
    ),
  ];
}

/** The first model and a refit every eight weeks. */
function withRefits(trails: readonly CustomerTrail[], first: SegmentModel, untilMs: number): SegmentModel[] {
  const models = [first];
  for (let atMs = first.fittedAtMs + refitDays * msPerDay; atMs < untilMs; atMs += refitDays * msPerDay) {
    models.push(fitModel(populationAt(trails, atMs), atMs, models.at(-1)));
  }
  return models;
}

function countFlaps(
  trails: readonly CustomerTrail[],
  models: readonly SegmentModel[],
  untilMs: number,
): FlapCount {
  const counts = { moves: 0, event: 0, time: 0, model: 0 };
  for (const trail of trails) {
    const { migrations } = walk(trail, models, untilMs);
    counts.moves += migrations.length;
    for (const { cause } of flapsAmong(migrations)) counts[cause] += 1;
  }
  return counts;
}

/** The moves that led back to where the one before came from, within four weeks of it. */
function flapsAmong(migrations: readonly Migration[]): Migration[] {
  return migrations.filter((migration, index) => {
    const before = migrations[index - 1];
    return before?.from === migration.to && migration.atMs - before.atMs <= flapDays * msPerDay;
  });
}

/** Null where there is nothing to compare with. */
function ratio(count: number, to: number): number | null {
  return to === 0 ? null : count / to;
}

function describe({ moves, event, time, model }: FlapCount): string {
  const byModel = model === 0 ? '' : `, ${model} by model`;
  return `${event} by order, ${time} by time${byModel} in ${moves} moves`;
}
