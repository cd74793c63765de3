import type { ServerResponse } from 'node:http';
import { drained } from './respond.ts';

/** Characters that wait for more at the most. */
const MOST = 16 * 1024;

/**
 * Writes the frames of a stream. Those that are ready together go out in one piece; none waits for another that is
 * still to come. A reader that is slow holds the writer back.
 */
export class FrameWriter {
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #onTick = (): void => {
    this.#scheduled = false;
    if (this.#held === null) this.flush();
  };
  #pending = '';
  #scheduled = false;
  /** While the reader is behind; false in the end when it has gone. */
  #held: Promise<boolean> | null = null;

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
  }

  /** For one writer, who waits where there is a promise. @returns false when the reader has gone */
  write(frame: string): boolean | Promise<boolean> {
    this.#pending += frame;
    if (this.#held !== null) return this.#held;
    if (this.#pending.length >= MOST) return this.flush();
    if (!this.#scheduled) {
      this.#scheduled = true;
      // After all that is ready now has been handed over.
      process.nextTick(this.#onTick);
    }
    return !this.#response.destroyed;
  }

  /** Writes what waits. @returns false when the reader has gone */
  flush(): boolean | Promise<boolean> {
    if (this.#held !== null) return this.#held.then((there) => there && this.flush());
    if (this.#response.destroyed) return false;
    const text = this.#pending;
    this.#pending = '';
    if (text === '' || this.#response.write(text)) return true;
    this.#held = drained(this.#response, this.#signal).finally(() => {
      this.#held = null;
    });
    return this.#held;
  }
}
