const MOST = 20;
const OLDEST_MS = 60_000;

/** The outcomes of a target's last attempts: the last 20, of the last minute. */
export class OutcomeWindow {
  readonly #times: number[] = [];
  readonly #good: boolean[] = [];

  add(good: boolean, now: number): void {
    this.#times.push(now);
    this.#good.push(good);
    this.#trim(now);
  }

  counts(now: number): { failures: number; total: number } {
    this.#trim(now);
    let failures = 0;
    for (const good of this.#good) if (!good) failures++;
    return { failures, total: this.#good.length };
  }

  clear(): void {
    this.#times.length = 0;
    this.#good.length = 0;
  }

  #trim(now: number): void {
    while (this.#times.length > MOST || (this.#times[0] ?? now) < now - OLDEST_MS) {
      this.#times.shift();
      this.#good.shift();
    }
  }
}
