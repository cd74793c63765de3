/** Money is stored in whole nano-USD (1e-9 USD), so that a sum of a million calls is exact. */
const NANO = 1_000_000_000;

/** Rounds USD to whole nano-USD. Exact up to 9 million USD. */
export function toNano(usd: number): number {
  return Math.round(usd * NANO);
}

/** USD of whole nano-USD, which may come as text where a sum is larger than a number holds. */
export function toUsd(nano: number | bigint | string): number {
  return Number(nano) / NANO;
}
