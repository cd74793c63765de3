const FIRST_MS = 100;
const LONGEST_MS = 2_000;
const RATE_FIRST_MS = 500;
const RATE_LONGEST_MS = 8_000;

/**
 * Milliseconds before the same target is asked again: exponential with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 * @param retry which retry follows, from 0
 */
export function backoffMs(retry: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** retry);
}

/**
 * Milliseconds after a refusal for too many requests that names no time. Half of it is sure, so that however the dice
 * fall a target is not asked more than three times in its first three seconds.
 * @param retry which retry follows, from 0
 */
export function rateBackoffMs(retry: number, random: () => number = Math.random): number {
  const most = Math.min(RATE_LONGEST_MS, RATE_FIRST_MS * 2 ** (retry + 1));
  return most / 2 + (random() * most) / 2;
}
