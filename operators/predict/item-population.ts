/** What the population does with the items it buys most; plain JSON, shares rounded so that it stays small. */
export interface ItemPopulation {
  /** Most popular first, at most 1,500. */
  readonly keys: readonly string[];
  /** By place in `keys`: the category of a product; null for one without, and for categories. */
  readonly categories: readonly (string | null)[];
  /** By place in `keys`: purchase days of the population with the item, per million. */
  readonly sharesPpm: readonly number[];
  /** By place in `keys`: of purchase days with the item, those whose customer buys it on the next one too, per mille. */
  readonly repeatsPerMille: readonly number[];
  /**
   * By place in `keys`: up to 20 pairs of the place of another item and by how much more often (per ten thousand purchase
   * days) than usual it is bought on the purchase day after one with this item; most first, flattened.
   */
  readonly neighbours: readonly (readonly number[])[];
  /** For items that are not among `keys`. */
  readonly rareSharePpm: number;
  readonly rareRepeatPerMille: number;
}

export const noItemPopulation: ItemPopulation = {
  keys: [],
  categories: [],
  sharesPpm: [],
  repeatsPerMille: [],
  neighbours: [],
  rareSharePpm: 1,
  rareRepeatPerMille: 100,
};

export interface ItemCountsOptions {
  /** Neighbours kept of an item, 1..50. Default 20. */
  readonly neighboursMax?: number;
  /** A basket of more popular items is a stock-up that says nothing of its items' neighbours. Default 100. */
  readonly basketItemsMax?: number;
}

/** Purchase days as which what is usual weighs in what follows an item. */
const priorDays = 20;

/**
 * Counts, over pairs of consecutive purchase days of one customer, which popular item was followed by which. All of it is sums,
 * so a basket that comes in later is added by itself, and counts of disjoint customers add up. Memory: four bytes for each
 * pair of popular items, 9 MB for 1,500.
 */
export class ItemCounts {
  private readonly keys: readonly string[];
  private readonly placeOf: ReadonlyMap<string, number>;
  private readonly options: Required<ItemCountsOptions>;
  private readonly bought: Float64Array;
  private readonly followed: Float64Array;
  private readonly following: Float64Array;
  private readonly pairs: Uint32Array;
  private days = 0;
  private pairedDays = 0;
  private rareBought = 0;
  private rareFollowed = 0;
  private rareRepeated = 0;

  /** @param keys the popular items, most popular first */
  constructor(keys: readonly string[], options: ItemCountsOptions = {}) {
    this.keys = keys;
    this.placeOf = new Map(keys.map((key, place) => [key, place]));
    this.options = { neighboursMax: 20, basketItemsMax: 100, ...options };
    this.bought = new Float64Array(keys.length);
    this.followed = new Float64Array(keys.length);
    this.following = new Float64Array(keys.length);
    this.pairs = new Uint32Array(keys.length * keys.length);
  }

  /**
   * Adds one purchase day of a customer.
   * @param before the items of the purchase day before it, if there was one
   */
  add(items: readonly string[], before: readonly string[] | undefined): void {
    const places = this.placesOf(items);
    this.days += 1;
    this.rareBought += items.length - places.length;
    for (const place of places) this.bought[place] = (this.bought[place] as number) + 1;
    if (before === undefined) return;
    const sources = this.placesOf(before);
    this.addRare(items, before);
    const { basketItemsMax } = this.options;
    if (places.length > basketItemsMax || sources.length > basketItemsMax) return;
    this.pairedDays += 1;
    for (const target of places) this.following[target] = (this.following[target] as number) + 1;
    const size = this.keys.length;
    for (const source of sources) {
      this.followed[source] = (this.followed[source] as number) + 1;
      for (const target of places) {
        const pair = source * size + target;
        this.pairs[pair] = (this.pairs[pair] as number) + 1;
      }
    }
  }

  /** @param categoryOf category of each product; categories have none */
  population(categoryOf: ReadonlyMap<string, string> = new Map()): ItemPopulation {
    const { keys, days } = this;
    if (days === 0) return noItemPopulation;
    const rareRepeat = (this.rareRepeated + 1) / (this.rareFollowed + 10);
    const all = this.followed.reduce((sum, count) => sum + count, 0);
    const again = keys.reduce((sum, _, place) => sum + this.pair(place, place), 0);
    const typicalRepeat = (again + 1) / (all + 10);
    return {
      keys,
      categories: keys.map((key) => categoryOf.get(key) ?? null),
      sharesPpm: Array.from(this.bought, (count) => Math.max(1, Math.round((1e6 * count) / days))),
      repeatsPerMille: keys.map((_, place) => {
        const share =
          (this.pair(place, place) + priorDays * typicalRepeat) /
          ((this.followed[place] as number) + priorDays);
        return Math.max(1, Math.round(1000 * share));
      }),
      neighbours: keys.map((_, place) => this.neighboursOf(place)),
      rareSharePpm: this.rareShare(),
      rareRepeatPerMille: Math.max(1, Math.round(1000 * rareRepeat)),
    };
  }

  /** Half of what the least popular item has; with few items, one purchase day. */
  private rareShare(): number {
    const least = this.bought.at(-1) ?? 1;
    return Math.max(1, Math.round((1e6 * Math.max(0.5, least / 2)) / this.days));
  }

  private addRare(items: readonly string[], before: readonly string[]): void {
    const now = new Set(items);
    for (const key of before) {
      if (this.placeOf.has(key)) continue;
      this.rareFollowed += 1;
      if (now.has(key)) this.rareRepeated += 1;
    }
  }

  private neighboursOf(source: number): number[] {
    const days = this.followed[source] as number;
    if (days === 0) return [];
    const found: { target: number; excess: number }[] = [];
    for (let target = 0; target < this.keys.length; target += 1) {
      const together = this.pair(source, target);
      if (together === 0 || target === source) continue;
      const usual = (days * (this.following[target] as number)) / this.pairedDays;
      const excess = Math.round((1e4 * (together - usual)) / (days + priorDays));
      if (excess > 0) found.push({ target, excess });
    }
    found.sort((a, b) => b.excess - a.excess || a.target - b.target);
    return found.slice(0, this.options.neighboursMax).flatMap(({ target, excess }) => [target, excess]);
  }

  private pair(source: number, target: number): number {
    return this.pairs[source * this.keys.length + target] as number;
  }

  private placesOf(items: readonly string[]): number[] {
    const places: number[] = [];
    for (const key of items) {
      const place = this.placeOf.get(key);
      if (place !== undefined) places.push(place);
    }
    return places;
  }
}
