import { msPerDay } from '../state/customer-state.ts';

/** What figures over time are added up by. Weeks begin on Monday; both are of UTC days. */
export const periodUnits = ['week', 'month'] as const;
export type PeriodUnit = (typeof periodUnits)[number];

/** 1970-01-01, day 0, was a Thursday: the fourth day of week 0. */
const daysBeforeEpochWeek = 3;

/** The period a UTC day lies in, as a whole number; consecutive periods have consecutive numbers. */
export function periodOf(day: number, unit: PeriodUnit): number {
  if (unit === 'week') return Math.floor((day + daysBeforeEpochWeek) / 7);
  const date = new Date(day * msPerDay);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The first UTC day of a period. */
export function firstDayOf(period: number, unit: PeriodUnit): number {
  if (unit === 'week') return period * 7 - daysBeforeEpochWeek;
  return Date.UTC(Math.floor(period / 12), ((period % 12) + 12) % 12, 1) / msPerDay;
}
