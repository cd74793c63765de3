/** Retries that a target may have in reserve, for times of little traffic. */
const RESERVE = 10;

/**
 * Keeps retries from multiplying the load of a target that is in trouble: a token bucket that each call fills a
 * little and each retry empties by one (https://sre.google/sre-book/handling-overload/, "per-client retry budget").
 */
export class RetryBudget {
  readonly #share: number;
  #tokens = RESERVE;

  /** @param share most retries a call, on the average over many calls: 0.5 lets the load grow by half */
  constructor(share: number) {
    this.#share = share;
  }

  /** A call asks the target for the first time. */
  deposit(): void {
    // What quiet hours have saved must not pay for a storm.
    this.#tokens = Math.min(this.#tokens + this.#share, RESERVE + MOST_SAVED * this.#share);
  }

  /** Takes one retry. @returns false when there is none left */
  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Calls whose unused share is kept. */
const MOST_SAVED = 1_000;
