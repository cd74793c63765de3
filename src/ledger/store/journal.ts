import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';

/** Bytes that are read at a time, unless a line is longer. */
const CHUNK = 4 * 1024 * 1024;
const NEWLINE = 10;
/** Bytes brought over after which the file is written anew without them. */
const COMPACTED = 64 * 1024 * 1024;

/**
 * A file of lines that bridges an outage of the database. Synchronous, as it lives on the store's own thread: what
 * was appended is on the disk when `append` returns. It is read from its begin again after a restart; a line that a
 * crash has cut is none.
 */
export class Journal {
  readonly #file: string;
  readonly #maxBytes: number;
  #bytes: number;
  /** What is before it has been brought over. */
  #start = 0;

  /** @param maxBytes largest size of the file */
  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#bytes = existsSync(file) ? statSync(file).size : 0;
    // A line cut by a crash must not run into the next one.
    if (this.#bytes > 0) this.#write('\n');
  }

  get isEmpty(): boolean {
    return this.#start === this.#bytes;
  }

  /** Half of what the file may hold is taken. */
  get isHalfFull(): boolean {
    return this.#bytes > this.#maxBytes / 2;
  }

  /** Bytes that are still to be brought over. */
  get backlog(): number {
    return this.#bytes - this.#start;
  }

  /** @throws Error when the journal is full, or the disk does not take it */
  append(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    if (this.#bytes + Buffer.byteLength(text) > this.#maxBytes) throw new Error(`The journal is full (${this.#maxBytes} bytes).`);
    this.#write(text);
  }

  /** The next whole lines, and the place after them for `advance`. */
  read(): { lines: string[]; next: number } {
    for (let size = CHUNK; ; size *= 2) {
      const bytes = this.#readAt(this.#start, Math.min(size, this.#bytes - this.#start));
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end === 0 && bytes.length === size) continue;
      const lines = bytes.subarray(0, end).toString().split('\n');
      return { lines: lines.filter((line) => line !== ''), next: end === 0 ? this.#bytes : this.#start + end };
    }
  }

  /** What is before a place that `read` gave has been brought over. */
  advance(next: number): void {
    this.#start = next;
    if (this.isEmpty) this.clear();
    else if (this.#start > COMPACTED && this.#start > this.backlog) this.#compact();
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#bytes > 0) truncateSync(this.#file, 0);
    this.#start = 0;
    this.#bytes = 0;
  }

  /** Lets go of what has been brought over, in a file of its own that takes the place of the other at once. */
  #compact(): void {
    const rest = this.#readAt(this.#start, this.backlog);
    const draft = `${this.#file}.new`;
    writeFileSync(draft, rest, { mode: 0o600, flush: true });
    renameSync(draft, this.#file);
    this.#start = 0;
    this.#bytes = rest.length;
  }

  #readAt(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const file = openSync(this.#file, 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes, 0, length, position));
    } finally {
      closeSync(file);
    }
  }

  #write(text: string): void {
    const file = openSync(this.#file, 'a', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.#bytes += Buffer.byteLength(text);
  }
}
