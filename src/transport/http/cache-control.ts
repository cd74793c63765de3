import type { CacheWish } from '../../canonical/call.ts';
import { InputError } from '../../canonical/errors.ts';

/**
 * Reads `cache-control` of a request (RFC 9111, section 5.2.1): `no-cache` asks anew and keeps the answer, `no-store`
 * does neither, `max-age=N` takes an answer of at most N seconds. Others say nothing of kept answers and are passed
 * over, but for `only-if-cached`: who sends it wants nothing asked, and that is not promised here.
 * @param field where it stands, for errors
 * @throws InputError
 */
export function cacheWish(text: string, field: string): CacheWish {
  const wish: CacheWish = { lookUp: true, keep: true, maxAgeMs: Infinity };
  for (const directive of text.toLowerCase().split(',')) {
    const [name, value] = directive.trim().split('=');
    if (name === 'no-cache') wish.lookUp = false;
    else if (name === 'no-store') wish.lookUp = wish.keep = false;
    else if (name === 'max-age') wish.maxAgeMs = secondsOf(value) * 1_000;
    else if (name === 'only-if-cached') throw new InputError(field, 'only-if-cached cannot be answered: leave it out, or give the call a budget.');
  }
  return wish;
}

/** What cannot be read takes no kept answer: that is the safe side (RFC 9111, section 4.2.1). */
function secondsOf(value: string | undefined): number {
  const digits = value?.replaceAll('"', '') ?? '';
  return /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
}
