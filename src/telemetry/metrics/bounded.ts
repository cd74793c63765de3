/** What a label shows once it has as many values as it may have. */
const OTHER = 'other';

/**
 * Keeps the values of a metric's label bounded: the first so many stay as they are, later ones are `other`. What
 * callers can choose (apps, models) must not be able to fill the memory of this gateway and of who collects from it.
 */
export class BoundedLabel {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  value(text: string | null): string {
    if (text === null || text === '') return 'none';
    if (this.#known.has(text)) return text;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(text);
    return text;
  }
}
