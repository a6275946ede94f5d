import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDayOf, periodOf, periodUnits } from '../../../operators/population/calendar.ts';
import { PopulationView } from '../../../operators/population/population-view.ts';
import { segmentIndex, segmentKeys } from '../../../operators/population/segment-index.ts';
import { segmentPerformance } from '../../../operators/population/segment-performance.ts';
import { summarisePopulation } from '../../../operators/population/summarise-population.ts';
import { msPerDay, utcDay } from '../../../operators/state/customer-state.ts';
import { anyLives, type Fact, factsOf, type Life, tell } from '../../fixtures/any-population.ts';
import { figuresOf } from '../../fixtures/population-figures.ts';
import { anyOrderOf, baseMs } from '../../fixtures/purchases.ts';

const asOfMs = baseMs + 200 * msPerDay;
const fittedAtMs = baseMs + 20 * msPerDay;

function viewOf(facts: readonly Fact[]): PopulationView {
  const view = new PopulationView();
  view.modelFitted(fittedAtMs);
  for (const fact of facts) tell(view, fact);
  return view;
}

const allFacts = (lives: readonly Life[]) => lives.flatMap(factsOf);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Facts in any order, some of them told two or three times. */
const anyTelling = anyLives.chain((lives) => {
  const facts = allFacts(lives);
  const again = fc.array(fc.constantFrom(...facts), { maxLength: facts.length });
  return again.chain((repeated) =>
    anyOrderOf([...facts, ...repeated]).map((told) => ({ lives, facts, told })),
  );
});

describe('a population', () => {
  test('is the same for facts in any order, told any number of times', () => {
    fc.assert(
      fc.property(anyTelling, ({ facts, told }) => {
        expect(figuresOf(viewOf(told), asOfMs)).toEqual(figuresOf(viewOf(facts), asOfMs));
      }),
      { numRuns: 40 },
    );
  });

  test('counts every customer in exactly one place, after each single fact', () => {
    fc.assert(
      fc.property(anyTelling, ({ told }) => {
        const view = viewOf([]);
        for (const fact of told) {
          tell(view, fact);
          const { customers, segmentCounts } = view.totals;
          if (sum([...segmentCounts.values()]) !== customers) expect.fail(`${customers} customers`);
        }
        const summary = summarisePopulation(view, asOfMs);
        expect(sum(summary.segments.map(({ size }) => size))).toBe(summary.customers);
      }),
      { numRuns: 40 },
    );
  });

  test('has sizes over time that the flows lead to, and that end in the present ones', () => {
    fc.assert(
      fc.property(anyTelling, ({ lives, told }) => {
        const view = viewOf(told);
        const days = [-1, 10, 40, 80, 120, 200].map((day) => utcDay(baseMs) + day);
        const sizes = view.sizes.sizesBefore(days);
        expect(sizes.at(-1)).toEqual(segmentKeys.map((key) => view.totals.segmentCounts.get(key) ?? 0));
        for (const [index, day] of days.entries()) {
          expect(sizes[index]).toEqual(naiveSizes(lives, day));
          const next = days[index + 1];
          if (next === undefined || utcDay(fittedAtMs) >= day) continue;
          // Between two days after the first fit only newcomers and flows change a size.
          const flows = view.flows.between(day, next);
          const moved = segmentKeys.map((key) => {
            const into = flows.filter(({ to }) => to === key).map(({ count }) => count);
            const out = flows.filter(({ from }) => from === key).map(({ count }) => count);
            return sum(into) - sum(out);
          });
          const came = segmentKeys.map((_, at) => {
            const first = lives.filter(({ purchases }) => isWithin(purchases[0]?.atMs, day, next));
            return first.filter((life) => segmentIndex(firstSegment(life)) === at).length;
          });
          expect(sizes[index + 1]).toEqual(
            segmentKeys.map((_, at) => (sizes[index]?.[at] ?? 0) + (moved[at] ?? 0) + (came[at] ?? 0)),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test('adds up, over segments and periods, to all that was bought and to every single move', () => {
    fc.assert(
      fc.property(anyTelling, ({ lives, told }) => {
        const view = viewOf(told);
        const purchases = lives.flatMap((life) => life.purchases);
        for (const cells of view.ledger.cells) {
          const periods = [...cells.entries()].map(([period]) => period);
          const total = (field: 'revenueMicros' | 'orders') =>
            sum(periods.flatMap((period) => segmentKeys.map((_, at) => cells.get(period, at, field))));
          expect(total('revenueMicros')).toBe(sum(purchases.map(({ spendMicros }) => spendMicros)));
          expect(total('orders')).toBe(purchases.filter(({ boughtMilli }) => boughtMilli > 0).length);
        }
        const moves = lives.flatMap((life) => life.moves);
        const flows = view.flows.between(0, 1e6);
        expect(sum(flows.map(({ count }) => count))).toBe(moves.length);
        expect(sum(flows.map(({ valueMicros }) => valueMicros))).toBe(
          sum(moves.map(({ spend365Micros }) => spend365Micros)),
        );
        const { segments } = summarisePopulation(view, asOfMs);
        expect(sum(segments.map(({ lifetimeSpendMicros }) => lifetimeSpendMicros))).toBe(
          sum(purchases.map(({ spendMicros }) => spendMicros)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('has buyers and retention as counted naively, customer by customer', () => {
    fc.assert(
      fc.property(anyTelling, ({ lives, told }) => {
        const view = viewOf(told);
        for (const [index, unit] of periodUnits.entries()) {
          const cells = view.ledger.cells[index];
          if (cells === undefined) throw new Error(unit);
          const counted: [number, number][] = [];
          const expected: [number, number][] = [];
          for (let day = utcDay(baseMs); day < utcDay(asOfMs); day += 7) {
            const period = periodOf(day, unit);
            for (const [at, key] of segmentKeys.entries()) {
              const boughtIn = (life: Life, of: number, under?: string) =>
                life.purchases.some(
                  ({ atMs, boughtMilli, segment }) =>
                    boughtMilli > 0 &&
                    periodOf(utcDay(atMs), unit) === of &&
                    (under === undefined || (segment ?? 'unassigned') === under),
                );
              const buyers = lives.filter((life) => boughtIn(life, period, key));
              const again = buyers.filter((life) => boughtIn(life, period + 1));
              counted.push([cells.get(period, at, 'buyers'), cells.get(period, at, 'retained')]);
              expected.push([buyers.length, again.length]);
            }
          }
          expect(counted).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('has medians as sorting gives them', () => {
    fc.assert(
      fc.property(anyLives, (lives) => {
        const { segments } = summarisePopulation(viewOf(allFacts(lives)), asOfMs);
        for (const [at, key] of segmentKeys.entries()) {
          const own = lives.filter((life) => {
            const lifetime = life.records.at(-1)?.state.lifetime;
            return segmentKeys[at] === lastSegment(life) && lifetime?.lastPurchaseAtMs !== undefined;
          });
          const ages = own.map(
            (life) => (asOfMs - (life.records.at(-1)?.state.lifetime.lastPurchaseAtMs ?? 0)) / msPerDay,
          );
          ages.sort((a, b) => a - b);
          expect(segments[at]?.medians?.recencyDays, key).toBe(ages[(ages.length - 1) >> 1]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('counts orders that only a record knows of, under no segment, until somebody tells', () => {
    fc.assert(
      fc.property(anyLives, (lives) => {
        const hearsay = viewOf(
          lives.flatMap(({ records }) => records.map((record) => ({ kind: 'record', record }))),
        );
        const revenue = (view: PopulationView, at?: number) => {
          const [weeks] = view.ledger.cells;
          return sum(
            [...weeks.entries()].flatMap(([period]) =>
              segmentKeys.map((_, index) =>
                at === undefined || at === index ? weeks.get(period, index, 'revenueMicros') : 0,
              ),
            ),
          );
        };
        expect(revenue(hearsay)).toBe(revenue(viewOf(allFacts(lives))));
        expect(revenue(hearsay, segmentIndex(undefined))).toBe(revenue(hearsay));
        for (const fact of allFacts(lives)) tell(hearsay, fact);
        expect(figuresOf(hearsay, asOfMs)).toEqual(figuresOf(viewOf(allFacts(lives)), asOfMs));
      }),
      { numRuns: 40 },
    );
  });
});

test('a performance period says what is complete, and retention only once the next period is over', () => {
  const view = viewOf([
    {
      kind: 'purchase',
      purchase: { customerId: 'c', atMs: baseMs, hash: 1, spendMicros: 5, boughtMilli: 1, segment: 'Loyal' },
    },
  ]);
  const [weeks] = view.ledger.cells;
  const week = periodOf(utcDay(baseMs), 'week');
  const endMs = firstDayOf(week + 1, 'week') * msPerDay;
  const at = (nowMs: number) => {
    const range = { fromMs: baseMs, toMs: baseMs + 1, asOfMs: nowMs };
    const [period] = segmentPerformance(weeks, view.sizes, range);
    return [period?.complete, period?.segments[segmentIndex('Loyal')]?.retained];
  };
  expect(at(endMs - 1)).toEqual([false, undefined]);
  expect(at(endMs)).toEqual([true, undefined]);
  expect(at(endMs + 7 * msPerDay - 1)).toEqual([true, undefined]);
  expect(at(endMs + 7 * msPerDay)).toEqual([true, 0]);
});

function isWithin(atMs: number | undefined, fromDay: number, toDay: number): boolean {
  return atMs !== undefined && utcDay(atMs) >= fromDay && utcDay(atMs) < toDay;
}

function firstSegment({ moves, records }: Life) {
  return moves[0]?.from ?? records[0]?.standing?.segment;
}

function lastSegment({ records }: Life) {
  return records.at(-1)?.standing?.segment;
}

/** Who stood where before a day: not there, in no segment until the first fit, then where the moves led. */
function naiveSizes(lives: readonly Life[], beforeDay: number): number[] {
  const sizes = segmentKeys.map(() => 0);
  for (const life of lives) {
    const first = life.records[0]?.state.lifetime.firstEventAtMs ?? Number.NaN;
    if (utcDay(first) >= beforeDay) continue;
    const isAssigned = utcDay(Math.max(first, fittedAtMs)) < beforeDay;
    const moved = life.moves.filter(({ atMs }) => utcDay(atMs) < beforeDay);
    // Before its day of assignment a move takes from a segment that has nobody yet, as the history has it.
    const changes: [number, number][] = moved.map(({ from, to }) => [segmentIndex(from), segmentIndex(to)]);
    const start = segmentIndex(isAssigned ? firstSegment(life) : undefined);
    sizes[start] = (sizes[start] ?? 0) + 1;
    for (const [from, to] of changes) {
      sizes[from] = (sizes[from] ?? 0) - 1;
      sizes[to] = (sizes[to] ?? 0) + 1;
    }
  }
  return sizes;
}
