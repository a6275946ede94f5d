import type { ComponentChildren } from 'preact';
import { dateInput, instantMs, msPerDay } from '../format/dates.ts';
import { useParameter } from '../router/use-route.ts';
import { Field } from './field.tsx';

/** Two dates of the address: from the first instant of one to the end of the other. */
export interface Period {
  readonly from: string;
  /** The day after the last one: the end is not part of it. */
  readonly to: string;
  readonly lastDay: string;
  /** True when it ends before it begins: the address can say so, and inputs can be typed into. */
  readonly isReversed: boolean;
  readonly setFrom: (date: string) => void;
  readonly setLastDay: (date: string) => void;
}

/**
 * The period a view is about: the address says, or it is the last days up to an instant.
 * @param upTo null: nothing is known yet, and there is no period
 */
export function usePeriod(upTo: string | null, daysBefore: number): Period | undefined {
  const end = upTo === null ? '' : dateInput(upTo);
  const start = end === '' ? '' : dateInput(instantMs(end) - daysBefore * msPerDay);
  const [from, setFrom] = useParameter('from', start);
  const [lastDay, setLastDay] = useParameter('to', end);
  if (dateInput(from) === '' || dateInput(lastDay) === '') return undefined;
  const isReversed = instantMs(from) > instantMs(lastDay);
  return { from, to: dateInput(instantMs(lastDay) + msPerDay), lastDay, isReversed, setFrom, setLastDay };
}

interface InPeriodProps {
  readonly period: Period | undefined;
  readonly children: ComponentChildren;
}

/** What is shown of a period, or why it is none. */
export function InPeriod({ period, children }: InPeriodProps) {
  if (!period?.isReversed) return <>{children}</>;
  return (
    <p class="notice" data-kind="warn" role="status">
      From lies after To: choose an earlier first day, or a later last one.
    </p>
  );
}

export function PeriodFields({ period }: { readonly period: Period | undefined }) {
  if (period === undefined) return null;
  const { from, lastDay, setFrom, setLastDay } = period;
  return (
    <>
      <Field label="From">
        {(ids) => (
          <input
            {...ids}
            type="date"
            value={from}
            max={lastDay}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="To">
        {(ids) => (
          <input
            {...ids}
            type="date"
            value={lastDay}
            min={from}
            onChange={(event) => setLastDay(event.currentTarget.value)}
          />
        )}
      </Field>
    </>
  );
}
