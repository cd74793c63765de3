import type { Provider } from '../../providers/provider.ts';

/**
 * The API keys of one provider, as one instance a key. The same key is used until the vendor refuses it, because
 * vendors keep their prompt caches apart by key; then the next one takes over.
 */
export class KeyRing {
  readonly #instances: readonly Provider[];
  /** Until when each is set aside, as `performance.now()` counts (ms). */
  readonly #benchedUntil: number[];
  #current = 0;

  /** @param instances at least one, in the order of the config */
  constructor(instances: readonly Provider[]) {
    this.#instances = instances;
    this.#benchedUntil = instances.map(() => 0);
  }

  get size(): number {
    return this.#instances.length;
  }

  /** The instance to ask now: the current one, or when all are set aside the one that returns first. */
  pick(now: number = performance.now()): Provider {
    const free = this.#free(now);
    if (free >= 0) this.#current = free;
    else this.#current = this.#benchedUntil.indexOf(Math.min(...this.#benchedUntil));
    return this.#at(this.#current);
  }

  /**
   * Sets a key aside. The only one is not: there is none to take its place.
   * @param ms for so long
   * @returns whether another key can be asked now
   */
  bench(instance: Provider, ms: number, now: number = performance.now()): boolean {
    const index = this.#instances.indexOf(instance);
    if (this.size < 2 || index < 0) return false;
    this.#benchedUntil[index] = Math.max(this.#benchedUntil[index] ?? 0, now + ms);
    return this.#free(now) >= 0;
  }

  #free(now: number): number {
    for (let step = 0; step < this.size; step++) {
      const index = (this.#current + step) % this.size;
      if ((this.#benchedUntil[index] ?? 0) <= now) return index;
    }
    return -1;
  }

  #at(index: number): Provider {
    const instance = this.#instances[index];
    if (instance === undefined) throw new RangeError('a ring without keys');
    return instance;
  }
}
