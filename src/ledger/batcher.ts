/** Milliseconds from one commit to the next under load: what arrives meanwhile is committed together. */
const INTERVAL_MS = 10;
/** Most items of one commit. */
const MOST = 500;
/** Bytes after which a commit takes no further item: what is committed is copied to the other thread, and encrypted there. */
const MOST_BYTES = 32 * 1024 * 1024;

interface Item<T> {
  value: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: an item that comes alone is written at once, those that come together share one write. One write is
 * under way at a time.
 */
export class Batcher<T> {
  readonly #write: (items: T[]) => Promise<void>;
  readonly #bytesOf: (item: T) => number;
  #queue: Item<T>[] = [];
  #writing = false;
  #hurried = false;
  #timer: NodeJS.Timeout | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #idle: (() => void)[] = [];

  /**
   * @param write resolves when the items are durable; when it rejects, so do they
   * @param bytesOf what counts of an item's size
   */
  constructor(write: (items: T[]) => Promise<void>, bytesOf: (item: T) => number) {
    this.#write = write;
    this.#bytesOf = bytesOf;
  }

  /** Resolves when the item is durable. */
  add(value: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ value, resolve, reject });
      this.#schedule();
    });
  }

  /** Writes as soon as it may, though nothing be queued: `write` has something of its own that must not wait. */
  hurry(): void {
    this.#hurried = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#schedule();
  }

  /** Resolves when nothing is queued or under way. */
  flushed(): Promise<void> {
    if (this.#queue.length === 0 && !this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** At least one, however large. */
  #nextSize(): number {
    let bytes = 0;
    let size = 0;
    for (const { value } of this.#queue.slice(0, MOST)) {
      bytes += this.#bytesOf(value);
      if (bytes > MOST_BYTES && size > 0) break;
      size++;
    }
    return size;
  }

  #schedule(): void {
    if (this.#writing || this.#timer !== null) return;
    const waitMs = this.#hurried ? 0 : this.#lastMs + INTERVAL_MS - performance.now();
    this.#timer = setTimeout(() => void this.#commit(), Math.max(0, waitMs));
  }

  async #commit(): Promise<void> {
    this.#timer = null;
    this.#writing = true;
    this.#hurried = false;
    this.#lastMs = performance.now();
    const items = this.#queue.splice(0, this.#nextSize());
    try {
      await this.#write(items.map((item) => item.value));
      for (const item of items) item.resolve();
    } catch (error) {
      for (const item of items) item.reject(error);
    }
    this.#writing = false;
    if (this.#queue.length > 0 || this.#hurried) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }
}
