import { type TableRole, tableDefinitions } from './table-definitions.ts';

/** What one table was asked for; units as the service reports them, half units included. */
export interface TableUsage {
  readonly requests: number;
  /** Items put, changed or refused by their condition: each costs at least one write unit. */
  readonly itemsWritten: number;
  readonly itemsRead: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Items written by calls for which the service told no units: `writeUnits` lacks them. */
  readonly itemsUnreported: number;
}

export interface TableCall {
  readonly itemsWritten?: number;
  readonly itemsRead?: number;
  readonly writeUnits?: number | undefined;
  readonly readUnits?: number | undefined;
  readonly itemsUnreported?: number;
}

const roles = Object.keys(tableDefinitions) as TableRole[];

const nothing: TableUsage = {
  requests: 0,
  itemsWritten: 0,
  itemsRead: 0,
  writeUnits: 0,
  readUnits: 0,
  itemsUnreported: 0,
};

/** Counts what the stores do, by table, so that "writes per event" is a figure and not a guess. */
export class WriteMeter {
  readonly #usage = new Map<TableRole, { -readonly [K in keyof TableUsage]: number }>();

  constructor() {
    for (const role of roles) {
      this.#usage.set(role, { ...nothing });
    }
  }

  count(role: TableRole, call: TableCall): void {
    const usage = this.#usage.get(role);
    if (usage === undefined) return;
    usage.requests += 1;
    usage.itemsWritten += call.itemsWritten ?? 0;
    usage.itemsRead += call.itemsRead ?? 0;
    usage.writeUnits += call.writeUnits ?? 0;
    usage.readUnits += call.readUnits ?? 0;
    usage.itemsUnreported += call.itemsUnreported ?? 0;
  }

  /** A copy of the counts since the meter was made. */
  usage(): Readonly<Record<TableRole, TableUsage>> {
    return Object.fromEntries([...this.#usage].map(([role, usage]) => [role, { ...usage }])) as Record<
      TableRole,
      TableUsage
    >;
  }
}
