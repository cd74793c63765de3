import type { BudgetLimit, BudgetPeriod } from './limit.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of a sliding period, and of the buckets in which it slides. */
const SLIDING: Record<BudgetPeriod, { length: number; bucket: number }> = {
  MINUTE: { length: MINUTE, bucket: SECOND },
  HOUR: { length: HOUR, bucket: MINUTE },
  DAY: { length: DAY, bucket: 15 * MINUTE },
  MONTH: { length: 30 * DAY, bucket: 6 * HOUR },
};

/** Where a limit stands at a time. All in milliseconds since 1970, UTC. */
export interface Window {
  /** What was leased for one window is worth nothing in another; 0 where the window slides or there is none. */
  id: number;
  /** Use counts from the bucket that begins here. */
  from: number;
  /** The bucket that use of this time belongs to. */
  bucket: number;
  /** When something of the limit is free again at the latest that can be said beforehand. */
  resetsAt: number;
  /** When the bucket counts no more. */
  forgottenAt: number;
}

export function windowAt(limit: BudgetLimit, now: number): Window {
  if (limit.unit === 'CONCURRENT') return { id: 0, from: 0, bucket: 0, resetsAt: now + SECOND, forgottenAt: now };
  if (limit.window === 'SLIDING') {
    const { length, bucket } = SLIDING[limit.per];
    const start = now - (now % bucket);
    // A bucket counts until all of it has left the period: rather too long than too short.
    return { id: 0, from: start - length, bucket: start, resetsAt: start + bucket, forgottenAt: start + length + bucket };
  }
  const [start, end] = calendar(limit.per, now);
  return { id: start, from: start, bucket: start, resetsAt: end, forgottenAt: end };
}

function calendar(per: BudgetPeriod, now: number): [start: number, end: number] {
  if (per === 'MONTH') {
    const date = new Date(now);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return [Date.UTC(year, month), Date.UTC(year, month + 1)];
  }
  const length = { MINUTE, HOUR, DAY }[per];
  const start = now - (now % length);
  return [start, start + length];
}
