import { day, distance, minute } from '../format/dates.ts';

interface TimeProps {
  readonly at: string | null;
  /** Written as a distance from this instant; the date itself is then in the title. */
  readonly from?: string | number;
  /** With hours and minutes. Default: the day alone. */
  readonly exact?: boolean;
}

/** An instant for people and machines. */
export function Time({ at, from, exact }: TimeProps) {
  if (at === null) return <span>–</span>;
  const text = from === undefined ? (exact ? minute(at) : day(at)) : distance(at, from);
  return (
    <time dateTime={at} title={`${minute(at)} UTC`} class="nowrap">
      {text}
    </time>
  );
}
