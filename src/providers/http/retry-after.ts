import { headerOf, type ResponseHeaders } from './refusal.ts';

/**
 * How long a vendor asks to wait, in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date
 * (RFC 9110, 10.2.3). Undefined where it does not say, or says nonsense.
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(headers: ResponseHeaders, now: number = Date.now()): number | undefined {
  const milliseconds = headerOf(headers, 'retry-after-ms');
  if (milliseconds && isNumber(milliseconds)) return Number(milliseconds);
  const value = headerOf(headers, 'retry-after');
  if (!value) return undefined;
  if (isNumber(value)) return Number(value) * 1_000;
  // Date.parse also makes dates of bare numbers; an HTTP date names its month.
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isNumber(value: string): boolean {
  return /^\s*\d{1,12}(\.\d+)?\s*$/.test(value);
}
