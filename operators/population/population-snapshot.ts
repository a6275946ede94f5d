import type { SegmentName } from '../segments/segment-model.ts';
import { MigrationFlows, type PackedFlow } from './migration-flows.ts';
import { PeriodCells } from './period-cells.ts';
import type { PopulationView } from './population-view.ts';
import {
  type MemberList,
  type MemberOrder,
  memberOrders,
  type SegmentMember,
  sortMembers,
} from './segment-members.ts';
import { SizeHistory } from './size-history.ts';
import { type PopulationSummary, summarisePopulation } from './summarise-population.ts';

type PackedRow = readonly [key: number, figures: readonly number[]];

/** What a population says of itself, without its customers: plain JSON, for those who can't keep one in memory. */
export interface PopulationSnapshot {
  readonly asOfMs: number;
  readonly summary: PopulationSummary;
  readonly flows: readonly PackedFlow[];
  /** By UTC day. */
  readonly sizes: readonly PackedRow[];
  readonly weeks: readonly PackedRow[];
  readonly months: readonly PackedRow[];
  /** Of each segment the first `membersKept` in each order, and whether that is all of them. */
  readonly members: Readonly<Partial<Record<SegmentName, KeptMembers>>>;
}

interface KeptMembers {
  readonly complete: boolean;
  readonly members: readonly SegmentMember[];
}

/** Members of a segment kept in each order of listing. */
const membersKept = 500;

/** A population's figures over time, to be read. */
export interface OpenedHistory {
  readonly asOfMs: number;
  readonly flows: MigrationFlows;
  readonly sizes: SizeHistory;
  readonly cells: { readonly week: PeriodCells; readonly month: PeriodCells };
}

/**
 * Some 20 KB for each year and at most 1.5 MB of customers, before it is deflated.
 * @param members of each segment, in any order
 */
export function takeSnapshot(
  view: PopulationView,
  asOfMs: number,
  members: ReadonlyMap<SegmentName, readonly SegmentMember[]> = new Map(),
): PopulationSnapshot {
  const [weeks, months] = view.ledger.cells;
  return {
    members: Object.fromEntries([...members].map(([name, all]) => [name, keep(all)])),
    asOfMs,
    summary: summarisePopulation(view, asOfMs),
    flows: [...view.flows.packed()],
    sizes: packed(view.sizes.entries()),
    weeks: packed(weeks.entries()),
    months: packed(months.entries()),
  };
}

/** Undoes the packing of what `takeSnapshot` took. */
export function openHistory(snapshot: PopulationSnapshot): OpenedHistory {
  return {
    asOfMs: snapshot.asOfMs,
    flows: MigrationFlows.unpack(snapshot.flows),
    sizes: new SizeHistory(snapshot.sizes),
    cells: {
      week: new PeriodCells('week', snapshot.weeks),
      month: new PeriodCells('month', snapshot.months),
    },
  };
}

function keep(all: readonly SegmentMember[]): KeptMembers {
  const kept = new Set(memberOrders.flatMap((order) => sortMembers(all, order).slice(0, membersKept)));
  return { complete: kept.size === all.length, members: [...kept] };
}

/** The members of one segment that a snapshot has kept in one order. */
export function openMembers(
  { asOfMs, members }: PopulationSnapshot,
  segment: SegmentName,
  order: MemberOrder,
): MemberList {
  const kept = members[segment];
  if (kept === undefined) return { asOfMs, complete: true, sorted: [] };
  const sorted = sortMembers(kept.members, order);
  return { asOfMs, complete: kept.complete, sorted: kept.complete ? sorted : sorted.slice(0, membersKept) };
}

function packed(rows: Iterable<[number, Float64Array | Int32Array]>): PackedRow[] {
  return [...rows].map(([key, figures]) => [key, [...figures]] as const);
}
