/** Parts that a window slides by. */
const PARTS = 60;
/** Values that are kept of one part. */
const SAMPLES = 200;

interface Part {
  index: number;
  sum: number;
  count: number;
  values: number[];
}

/** Sums and values of the last so many milliseconds, in bounded memory. */
export class SlidingWindow {
  readonly #partMs: number;
  readonly #parts: Part[] = [];

  constructor(lengthMs: number) {
    this.#partMs = lengthMs / PARTS;
  }

  add(value: number, now: number): void {
    const part = this.#part(now);
    part.sum += value;
    part.count += 1;
    // Of very many a random choice stands for all.
    if (part.values.length < SAMPLES) part.values.push(value);
    else if (Math.random() < SAMPLES / part.count) part.values[Math.floor(Math.random() * SAMPLES)] = value;
  }

  sum(now: number): number {
    return this.#live(now).reduce((sum, part) => sum + part.sum, 0);
  }

  count(now: number): number {
    return this.#live(now).reduce((count, part) => count + part.count, 0);
  }

  /** The value that a share of all is below, 0 to 1; null where there is none. */
  quantile(share: number, now: number): number | null {
    const values = this.#live(now)
      .flatMap((part) => part.values)
      .sort((a, b) => a - b);
    return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? null;
  }

  #live(now: number): Part[] {
    const oldest = Math.floor(now / this.#partMs) - PARTS;
    while ((this.#parts[0]?.index ?? Number.POSITIVE_INFINITY) <= oldest) this.#parts.shift();
    return this.#parts;
  }

  #part(now: number): Part {
    const index = Math.floor(now / this.#partMs);
    const last = this.#parts.at(-1);
    if (last !== undefined && last.index >= index) return last;
    const part: Part = { index, sum: 0, count: 0, values: [] };
    this.#parts.push(part);
    this.#live(now);
    return part;
  }
}
