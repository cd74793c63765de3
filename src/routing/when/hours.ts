import { WEEKDAYS, type Weekday } from '../../config/weekdays.ts';

/** A part of the day in a time zone. */
export interface Hours {
  /** Minutes since midnight. */
  from: number;
  /** Minutes since midnight, not included; at or before `from` it is on the next day. */
  to: number;
  /** Days on which it begins; null for all. */
  days: readonly Weekday[] | null;
  /** IANA name, such as Europe/Berlin. */
  zone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Tells whether a moment is within the hours, by the clocks of their zone. */
export function isWithin({ from, to, days, zone }: Hours, now: Date): boolean {
  const { day, minute } = clockOf(zone, now);
  const begins = (weekday: number): boolean => days === null || days.some((name) => WEEKDAYS.indexOf(name) === weekday);
  if (from < to) return minute >= from && minute < to && begins(day);
  // Over midnight: the evening of one day and the morning of the next.
  return (minute >= from && begins(day)) || (minute < to && begins((day + 6) % 7));
}

function clockOf(zone: string, now: Date): { day: number; minute: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.findIndex((name) => name === parts['weekday']?.toLowerCase());
  return { day, minute: Number(parts['hour']) * 60 + Number(parts['minute']) };
}
