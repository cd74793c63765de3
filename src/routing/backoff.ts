import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/**
 * Waits before the same target is asked again: exponential with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 * @param retry which retry follows, from 0
 * @throws what the signal aborts with
 */
export async function backoff(retry: number, signal: AbortSignal): Promise<void> {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** retry);
  await sleep(Math.random() * most, undefined, { signal });
}
