const WEIGHT = 0.3;
/** What was measured counts for half after so long: a target that was slow must get another chance. */
const HALF_LIFE_MS = 60_000;
/** For so long the pieces of an answer are taken to come as quickly as they were seen to. */
const FRESH_MS = 60_000;

/** Moving averages of how fast a target answers. */
export class Latency {
  #firstTokenMs: number | null = null;
  #perTokenMs: number | null = null;
  #sampledAt = 0;
  #piecesAt = -Infinity;

  /** Milliseconds to the first event; null before the first answer. */
  get firstTokenMs(): number | null {
    return this.#firstTokenMs;
  }

  /** Milliseconds a token after the first; null before the first answer that had several. */
  get perTokenMs(): number | null {
    return this.#perTokenMs;
  }

  /**
   * @param firstTokenMs from the request to the first event
   * @param restMs from there to the end
   * @param tokens of the answer, 0 when it has none
   */
  sample(firstTokenMs: number, restMs: number, tokens: number, now: number = performance.now()): void {
    this.#sampledAt = now;
    this.#piecesAt = now;
    this.#firstTokenMs = average(this.#firstTokenMs, firstTokenMs);
    if (tokens > 1) this.#perTokenMs = average(this.#perTokenMs, restMs / tokens);
  }

  /** An answer that came whole tells nothing of its parts. @param totalMs from the request to the end */
  sampleWhole(totalMs: number, tokens: number, now: number = performance.now()): void {
    this.#sampledAt = now;
    this.#firstTokenMs = average(this.#firstTokenMs, Math.max(0, totalMs - (this.#perTokenMs ?? 0) * tokens));
  }

  /** It has been measured lately, and an answer of so many tokens is there within so many ms. */
  isWithin(ms: number, tokens: number, now: number = performance.now()): boolean {
    if (this.#firstTokenMs === null || this.#perTokenMs === null || now - this.#piecesAt > FRESH_MS) return false;
    return this.#firstTokenMs + this.#perTokenMs * tokens <= ms;
  }

  /** Milliseconds that an answer of so many tokens will take; 0 when nothing is known, which asks for a try. */
  expectedMs(tokens: number, now: number = performance.now()): number {
    if (this.#firstTokenMs === null) return 0;
    const known = this.#firstTokenMs + (this.#perTokenMs ?? 0) * tokens;
    return known * 0.5 ** ((now - this.#sampledAt) / HALF_LIFE_MS);
  }
}

function average(before: number | null, sample: number): number {
  return before === null ? sample : before + (sample - before) * WEIGHT;
}
