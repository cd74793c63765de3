/** What one whole hour has cost. */
export interface HourSpend {
  /** When it begins; milliseconds since 1970. */
  hour: number;
  usd: number;
}

const HOUR_MS = 3_600_000;
/** Hours of a day beside the last one. */
const OTHERS = 23;

/**
 * What the last hour has cost, and what the hours before it within a day have cost on the average, from the first of
 * them that has cost anything. Of the hour before this one as much counts as still lies within the last sixty minutes,
 * as if it had been spent evenly.
 */
export function lastHour(hours: readonly HourSpend[], now: number): { usd: number; usual: number } {
  const current = Math.floor(now / HOUR_MS) * HOUR_MS;
  const recent = hours.filter(({ hour }) => hour > current - (OTHERS + 1) * HOUR_MS && hour <= current);
  const of = (hour: number): number => recent.find((one) => one.hour === hour)?.usd ?? 0;
  // To a nano-dollar: six times a cent are six cents.
  const usd = Math.round((of(current) + of(current - HOUR_MS) * (1 - (now - current) / HOUR_MS)) * 1e9) / 1e9;
  const first = Math.min(current, ...recent.filter((one) => one.usd > 0).map(({ hour }) => hour));
  const before = recent.reduce((sum, one) => sum + one.usd, 0) - usd;
  return { usd, usual: before / Math.max(1, Math.min(OTHERS, (now - first) / HOUR_MS - 1)) };
}
