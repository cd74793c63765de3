import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';

/**
 * A file of lines that bridges an outage of the database. Synchronous, as it lives on the store's own thread: what
 * was appended is on the disk when `append` returns. A line that a crash has cut is none.
 */
export class Journal {
  readonly #file: string;
  readonly #maxBytes: number;
  #bytes: number;

  /** @param maxBytes largest size of the file */
  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#bytes = existsSync(file) ? statSync(file).size : 0;
    // A line cut by a crash must not run into the next one.
    if (this.#bytes > 0) this.#write('\n');
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws Error when the journal is full, or the disk does not take it */
  append(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('');
    const size = Buffer.byteLength(text);
    if (this.#bytes + size > this.#maxBytes) throw new Error(`The journal is full (${this.#maxBytes} bytes).`);
    this.#write(text);
  }

  /** All whole lines, and up to which byte they go. */
  read(): { lines: string[]; end: number } {
    if (this.isEmpty) return { lines: [], end: 0 };
    const text = readFileSync(this.#file);
    return { lines: text.toString().split('\n').filter((line) => line !== ''), end: text.length };
  }

  /** Forgets what `read` gave. */
  drop(end: number): void {
    if (end >= this.#bytes) {
      truncateSync(this.#file, 0);
      this.#bytes = 0;
      return;
    }
    const rest = readFileSync(this.#file).subarray(end);
    const draft = `${this.#file}.new`;
    writeWhole(draft, rest);
    renameSync(draft, this.#file);
    this.#bytes = rest.length;
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

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
