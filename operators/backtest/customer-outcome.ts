/** What one customer bought on one UTC day after the cut. */
export interface OutcomeDay {
  /** First purchase of the day, UTC milliseconds. */
  readonly atMs: number;
  /** Net of returns in the same orders, micros of the reporting currency. */
  readonly spendMicros: number;
  /** Distinct products bought, ascending. */
  readonly products: readonly string[];
  /** Distinct categories bought, ascending; empty where the file names none. */
  readonly categories: readonly string[];
}

/** What one customer did within `[cut, cut + horizon)`. */
export interface CustomerOutcome {
  /** Purchase days in order of time; the day of the last purchase before the cut is none of them. */
  readonly days: readonly OutcomeDay[];
  /** Over all orders, mere returns included; micros of the reporting currency. */
  readonly spendMicros: number;
}

export const noOutcome: CustomerOutcome = { days: [], spendMicros: 0 };
