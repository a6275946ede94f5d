import { microsPerUnit } from '../event/money.ts';
import type { ConsumptionModel } from '../predict/consumption-model.ts';
import { outlookWithin, prepareOutlook } from '../predict/purchase-outlook.ts';
import type { SegmentName } from '../segments/segment-model.ts';
import { msPerDay } from '../state/customer-state.ts';
import { outlookState } from './outlook-state.ts';
import type { PopulationView } from './population-view.ts';
import { segmentIndex } from './segment-index.ts';

/** One customer of a segment, as listed. */
export interface SegmentMember {
  readonly customerId: string;
  /** Net, of the 365 days up to the instant of the list. */
  readonly spend365Micros: number;
  readonly lifetimeSpendMicros: number;
  readonly purchaseDays: number;
  readonly lastPurchaseAtMs: number | undefined;
  /** As of the instant of the list, 0..1; undefined without a model, and for who never purchased. */
  readonly probabilityAlive: number | undefined;
  /** Of a purchase within 90 days of the instant of the list, as the customer's prediction has it; undefined with the above. */
  readonly purchaseProbability90: number | undefined;
  readonly sinceMs: number;
}

const yearMs = 365 * msPerDay;
const probabilityDays = 90;

/**
 * What of a year's spend is at stake: `spend365Micros` times the chance that nothing is bought within 90 days; undefined where that
 * is not known. The one home of this figure. It rests on the chance to buy and not on P(alive): that somebody has left for good is never
 * observed, so where most bought once the data do not tell leaving from buying seldom; whether a purchase came within a horizon is,
 * and backtests check it.
 */
export function atRiskMicros({
  spend365Micros,
  purchaseProbability90,
}: Pick<SegmentMember, 'spend365Micros' | 'purchaseProbability90'>): number | undefined {
  return purchaseProbability90 === undefined
    ? undefined
    : Math.round((1 - purchaseProbability90) * spend365Micros);
}

/** One customer as of an instant, from what the population holds; about 10 microseconds. */
export function segmentMember(
  view: PopulationView,
  row: number,
  model: ConsumptionModel | undefined,
  asOfMs: number,
): SegmentMember {
  const { ids, columns } = view.rows;
  let spend365Micros = 0;
  view.ledger.visit(row, asOfMs - yearMs, (atMs, spendMicros) => {
    if (atMs <= asOfMs) spend365Micros += spendMicros;
  });
  const prepared = model && prepareOutlook(outlookState(view, row, Number.POSITIVE_INFINITY), model, asOfMs);
  const lastPurchaseAtMs = columns.lastPurchaseAtMs[row] as number;
  return {
    customerId: ids[row] as string,
    spend365Micros,
    lifetimeSpendMicros: columns.spendMicros[row] as number,
    purchaseDays: columns.purchaseDays[row] as number,
    lastPurchaseAtMs: Number.isNaN(lastPurchaseAtMs) ? undefined : lastPurchaseAtMs,
    probabilityAlive: prepared?.probabilityAlive,
    purchaseProbability90: prepared && outlookWithin(prepared, probabilityDays).purchaseProbability,
    sinceMs: columns.sinceMs[row] as number,
  };
}

/** What members are listed by, most first. */
export const memberOrders = ['value', 'risk', 'recent'] as const;
export type MemberOrder = (typeof memberOrders)[number];

/** Place of a member in a list: the figure it is listed by, then the id. */
export type MemberPlace = readonly [key: number, customerId: string];

/** Stands for a figure that is not known: at the end. JSON has no infinities. */
const unknownKey = -Number.MAX_VALUE;

export function memberPlace(member: SegmentMember, order: MemberOrder): MemberPlace {
  const keys = { value: member.spend365Micros, risk: atRiskMicros(member), recent: member.lastPurchaseAtMs };
  return [keys[order] ?? unknownKey, member.customerId];
}

/** Negative where `a` is listed first: by the figure, most first, then by id. */
export function comparePlaces([a, aId]: MemberPlace, [b, bId]: MemberPlace): number {
  if (a !== b) return b - a;
  return aId < bId ? -1 : aId > bId ? 1 : 0;
}

/** Which members are listed at all; bounds are included. */
export interface MemberFilter {
  /** Of the 365 days, reporting currency. */
  readonly minSpend?: number | undefined;
  /** Each leaves out those of whom it is not known. */
  readonly maxProbabilityAlive?: number | undefined;
  /** Of a purchase within 90 days. */
  readonly minPurchaseProbability?: number | undefined;
  readonly maxPurchaseProbability?: number | undefined;
}

/** The next members of a sorted list strictly after a place. Memory and time: of the page, and of what the filter skips. */
export function pageOfMembers(
  sorted: readonly SegmentMember[],
  order: MemberOrder,
  {
    after,
    limit,
    ...filter
  }: MemberFilter & { readonly after?: MemberPlace | undefined; readonly limit: number },
): { items: SegmentMember[]; next: MemberPlace | undefined } {
  const items: SegmentMember[] = [];
  for (let at = after === undefined ? 0 : firstAfter(sorted, order, after); at < sorted.length; at += 1) {
    const member = sorted[at] as SegmentMember;
    if (!isListed(member, filter)) continue;
    if (items.length === limit) return { items, next: memberPlace(items.at(-1) as SegmentMember, order) };
    items.push(member);
  }
  return { items, next: undefined };
}

function isListed(member: SegmentMember, filter: MemberFilter): boolean {
  const { minSpend, maxProbabilityAlive, minPurchaseProbability, maxPurchaseProbability } = filter;
  return (
    (minSpend === undefined || member.spend365Micros >= minSpend * microsPerUnit) &&
    isWithin(member.probabilityAlive, undefined, maxProbabilityAlive) &&
    isWithin(member.purchaseProbability90, minPurchaseProbability, maxPurchaseProbability)
  );
}

/** Whether a figure lies within the bounds there are, both included; one that is not known lies in none. */
function isWithin(value: number | undefined, min: number | undefined, max: number | undefined): boolean {
  if (min === undefined && max === undefined) return true;
  return value !== undefined && (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** Index of the first member strictly after a place, by bisection: the place need not be in the list any more. */
function firstAfter(sorted: readonly SegmentMember[], order: MemberOrder, place: MemberPlace): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePlaces(memberPlace(sorted[middle] as SegmentMember, order), place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The members of one segment in one order. */
export interface MemberList {
  readonly asOfMs: number;
  /** False where only the first of them are kept. */
  readonly complete: boolean;
  readonly sorted: readonly SegmentMember[];
}

export function sortMembers(members: readonly SegmentMember[], order: MemberOrder): SegmentMember[] {
  const placed = members.map((member) => ({ member, place: memberPlace(member, order) }));
  placed.sort((a, b) => comparePlaces(a.place, b.place));
  return placed.map(({ member }) => member);
}

/** Places in the view of the customers who stand in a segment. */
export function rowsOfSegment({ rows }: PopulationView, segment: SegmentName): number[] {
  const index = segmentIndex(segment);
  const members: number[] = [];
  for (let row = 0; row < rows.ids.length; row += 1) {
    if (rows.columns.version[row] !== 0 && rows.columns.segment[row] === index) members.push(row);
  }
  return members;
}
