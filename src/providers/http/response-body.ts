/** What a body needs of the connection under it. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** Ends the request at once. */
  abort(reason: Error): void;
}

/** Bytes that may wait for a slow reader before the connection is paused. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What is left of an answer after its last event is read for this long (ms), so that the connection can be used again. */
const DRAIN_MS = 1_000;

/** The bytes of an answer as they arrive, for one reader. A reader that is slow slows the sender down. */
export class ResponseBody {
  readonly #source: BodySource;
  readonly #queue: Uint8Array[] = [];
  #queued = 0;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #error: unknown;
  #paused = false;
  #draining = false;
  #wake: (() => void) | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** The connection delivered bytes. */
  push(chunk: Uint8Array): void {
    if (this.#state !== 'open' || this.#draining) return;
    this.#queue.push(chunk);
    this.#queued += chunk.byteLength;
    if (this.#queued > HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake?.();
  }

  /** The answer is complete. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#wake?.();
  }

  /** The connection broke, or the request was aborted. Bytes that came before are still to be read. */
  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    this.#wake?.();
  }

  /**
   * The next bytes, or null at the end.
   * @throws what broke the connection, or the reason of the abort
   */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk = this.ready();
      if (chunk !== undefined) return chunk;
      if (this.#state === 'ended') return null;
      if (this.#state === 'failed') throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Whether all of the answer has come, and was read. */
  get isRead(): boolean {
    return this.#state === 'ended' && this.#queue.length === 0;
  }

  /** The next bytes, if they are here already. */
  ready(): Uint8Array | undefined {
    const chunk = this.#queue.shift();
    if (chunk === undefined) return undefined;
    this.#queued -= chunk.byteLength;
    if (this.#paused && this.#queued <= HIGH_WATER_BYTES / 2) {
      this.#paused = false;
      this.#source.resume();
    }
    return chunk;
  }

  /** Ends the request at once; bytes that wait are dropped. Not after `drain`. */
  cancel(reason: Error): void {
    if (this.#draining) return;
    this.#break(reason);
  }

  #break(reason: Error): void {
    if (this.#state !== 'open') return;
    this.#queue.length = 0;
    this.fail(reason);
    this.#source.abort(reason);
  }

  /** Nothing more is of interest: lets the rest pass and keeps the connection, or breaks it if the rest is long. */
  drain(): void {
    if (this.#state !== 'open' || this.#draining) return;
    this.#draining = true;
    this.#queue.length = 0;
    this.#source.resume();
    const timer = setTimeout(() => this.#break(new Error('the answer went on after its end')), DRAIN_MS);
    timer.unref();
    this.#wake = () => clearTimeout(timer);
  }
}

/**
 * Reads a body to its end.
 * @param limit most bytes to keep
 * @throws RangeError when it is longer
 */
export async function readAll(body: ResponseBody, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (!body.isRead) {
    const part = body.ready() ?? (await body.next());
    if (part === null) break;
    length += part.byteLength;
    if (length > limit) {
      const error = new RangeError(`the answer is longer than ${limit} bytes`);
      body.cancel(error);
      throw error;
    }
    parts.push(part);
  }
  const [only, ...more] = parts;
  return only === undefined || more.length > 0 ? Buffer.concat(parts, length) : Buffer.from(only.buffer, only.byteOffset, only.byteLength);
}
