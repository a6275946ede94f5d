import { type BasketHabits, basketHabits, type ItemHabit, slowHalfLife } from './basket-habits.ts';
import type { BasketHistory } from './basket-history.ts';
import type { ItemPopulation } from './item-population.ts';

/** What the ranking of an item bought before goes by, in the order of its weights; all but `due` natural logarithms. */
export const knownItemFeatures = [
  'slow habit',
  'fast habit',
  'share of baskets',
  'baskets since',
  'due',
  'off due',
  'habit of the category',
  'popularity',
  'neighbours',
  'repeats of others',
  'basket size',
  'purchase days',
  'own repeats',
  'baskets ahead',
  'slow habit x baskets ahead',
  'fast habit x baskets ahead',
] as const;

/** The same for an item not bought before. */
export const newItemFeatures = [
  'habit of the category',
  'popularity',
  'neighbours',
  'basket size',
  'purchase days',
  'own repeats',
  'baskets ahead',
] as const;

/** Most baskets ahead that are told apart: longer training answers do not fit into what the state keeps of items. */
export const basketsAheadMax = 8;

/** Purchase days, newest first, whose items speak for their neighbours, and how much less each speaks than the one after it. */
const neighbourDays = 8;
const neighbourDecay = 0.75;
/** Bound of the logarithm of how overdue an item is. */
const dueMax = 3;

/** Features of one customer's items, prepared once. */
export class RankingFeatures {
  readonly habits: BasketHabits;
  private readonly population: ItemPopulation;
  private readonly categoryOf: ReadonlyMap<string, string>;
  private readonly categoryHabits = new Map<string, number>();
  private readonly neighbourScores: ReadonlyMap<number, number>;
  private readonly common: readonly [size: number, days: number, own: number, ahead: number];

  /** @param basketsAhead purchase days the ranking is for, taken as 1..8 */
  constructor(history: BasketHistory, population: ItemPopulation, basketsAhead: number) {
    const habits = basketHabits(history);
    this.habits = habits;
    this.population = population;
    this.categoryOf = history.categoryOf;
    this.addCategoryHabits(history);
    this.neighbourScores = neighbourScores(history, population);
    this.common = [
      Math.log(Math.max(1, habits.basketSize)),
      Math.log(Math.max(1, habits.days)),
      Math.log(habits.repeatShare + 0.05),
      Math.log(Math.min(basketsAheadMax, Math.max(1, basketsAhead))),
    ];
  }

  /** In the order of `knownItemFeatures`. */
  ofKnown(key: string, habit: ItemHabit): number[] {
    const { habits } = this;
    const [size, days, own, ahead] = this.common;
    const slow = Math.log((habit.slow + 0.05) / (habits.slowMax + 0.5));
    const fast = Math.log((habit.fast + 0.05) / (habits.fastMax + 0.5));
    const due = dueness(habit);
    const place = placesOf(this.population).get(key);
    const repeats =
      place === undefined ? this.population.rareRepeatPerMille : this.population.repeatsPerMille[place];
    return [
      slow,
      fast,
      Math.log((habit.count + 0.3) / (habits.days + 1)),
      Math.log(1 + habit.since),
      due,
      due * due,
      this.categoryHabit(key) ?? slow,
      this.popularity(place),
      this.neighbours(place),
      Math.log((repeats as number) / 1000),
      size,
      days,
      own,
      ahead,
      ahead * slow,
      ahead * fast,
    ];
  }

  /** In the order of `newItemFeatures`. */
  ofNew(place: number): number[] {
    const [size, days, own, ahead] = this.common;
    const habit = this.logCategoryHabit(this.population.categories[place] ?? '');
    return [habit, this.popularity(place), this.neighbours(place), size, days, own, ahead];
  }

  private popularity(place: number | undefined): number {
    return Math.log(this.share(place));
  }

  private share(place: number | undefined): number {
    const { sharesPpm, rareSharePpm } = this.population;
    return (place === undefined ? rareSharePpm : (sharesPpm[place] as number)) / 1e6;
  }

  private neighbours(place: number | undefined): number {
    const excess = place === undefined ? 0 : (this.neighbourScores.get(place) ?? 0);
    return Math.log(this.share(place) + excess + 1e-4);
  }

  /** Undefined for a product without a known category. */
  private categoryHabit(key: string): number | undefined {
    const category = this.categoryOf.get(key);
    return category === undefined ? undefined : this.logCategoryHabit(category);
  }

  private logCategoryHabit(category: string): number {
    return Math.log(((this.categoryHabits.get(category) ?? 0) + 0.1) / (this.habits.slowMax + 1));
  }

  private addCategoryHabits({ baskets, categoryOf }: BasketHistory): void {
    if (categoryOf.size === 0) return;
    for (const [since, { keys }] of baskets.entries()) {
      const weight = 0.5 ** (since / slowHalfLife);
      const categories = new Set<string>();
      for (const key of keys) {
        const category = categoryOf.get(key);
        if (category !== undefined) categories.add(category);
      }
      for (const category of categories) {
        this.categoryHabits.set(category, (this.categoryHabits.get(category) ?? 0) + weight);
      }
    }
  }
}

/** ln of the purchase days since the last purchase of the item over its usual gap; 0 below three purchases. */
function dueness({ count, since, age }: ItemHabit): number {
  if (count < 3) return 0;
  const gap = Math.max(0.5, (age - since) / (count - 1));
  return Math.min(dueMax, Math.max(-dueMax, Math.log((since + 1) / gap)));
}

/** By place: how much more often than usual the item follows what the customer bought lately, a mean over those items. */
function neighbourScores({ baskets }: BasketHistory, population: ItemPopulation): Map<number, number> {
  const scores = new Map<number, number>();
  const places = placesOf(population);
  let total = 0;
  let weight = 1;
  for (const { keys } of baskets.slice(0, neighbourDays)) {
    for (const key of keys) {
      total += weight;
      const place = places.get(key);
      if (place === undefined) continue;
      const pairs = population.neighbours[place] as readonly number[];
      for (let index = 0; index < pairs.length; index += 2) {
        const target = pairs[index] as number;
        scores.set(target, (scores.get(target) ?? 0) + weight * (pairs[index + 1] as number));
      }
    }
    weight *= neighbourDecay;
  }
  for (const [place, score] of scores) scores.set(place, score / total / 1e4);
  return scores;
}

const placesByPopulation = new WeakMap<ItemPopulation, ReadonlyMap<string, number>>();

/** Where each popular item stands; made once for each population and dropped with it. */
export function placesOf(population: ItemPopulation): ReadonlyMap<string, number> {
  let places = placesByPopulation.get(population);
  if (places === undefined) {
    places = new Map(population.keys.map((key, place) => [key, place]));
    placesByPopulation.set(population, places);
  }
  return places;
}
