import { KanonError } from '../canonical/errors.ts';
import { megabytes } from './errors.ts';
import type { MediaLimits } from './limits.ts';

/** What a file takes on disk at least, in bytes, so that a million tiny ones count too. */
export const BLOCK_BYTES = 4096;

/** How many bytes of disk each owner holds, counted while they arrive, so that uploads side by side stay under the cap. */
export class Quota {
  readonly #limits: Pick<MediaLimits, 'maxUploadsBytes' | 'maxUploadsBytesPerOwner' | 'uploadTtlMs'>;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(limits: Pick<MediaLimits, 'maxUploadsBytes' | 'maxUploadsBytesPerOwner' | 'uploadTtlMs'>) {
    this.#limits = limits;
  }

  /** @throws KanonError RATE_LIMITED when the owner, or all together, would hold more than they may. */
  take(owner: string, bytes: number): void {
    const held = (this.#held.get(owner) ?? 0) + bytes;
    if (held > this.#limits.maxUploadsBytesPerOwner) {
      throw this.#full(`Your uploads may hold ${megabytes(this.#limits.maxUploadsBytesPerOwner)} at a time`);
    }
    if (this.#total + bytes > this.#limits.maxUploadsBytes) throw this.#full('The room for uploads is full');
    this.add(owner, bytes);
  }

  /** Counts what is there already. */
  add(owner: string, bytes: number): void {
    this.#held.set(owner, (this.#held.get(owner) ?? 0) + bytes);
    this.#total += bytes;
  }

  give(owner: string, bytes: number): void {
    const left = (this.#held.get(owner) ?? 0) - bytes;
    if (left > 0) this.#held.set(owner, left);
    else this.#held.delete(owner);
    this.#total -= bytes;
  }

  #full(what: string): KanonError {
    return new KanonError('RATE_LIMITED', `${what}; older uploads make room when they expire.`, {
      details: { retryAfterMs: Math.min(this.#limits.uploadTtlMs, 60_000) },
    });
  }
}
