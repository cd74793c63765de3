import type { Duplex } from 'node:stream';

/** Bytes that may wait for a reader before its stream pauses. */
const HIGH_WATER_BYTES = 64 * 1_024;
/** A whole text message, as a server sends it: FIN, opcode 1, without a mask (RFC 6455, section 5.2). */
const TEXT = 0x81;
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/**
 * Text messages to the connection of a WebSocket, beside what `ws` sends there by itself. A message is one frame, and
 * those of one turn of the event loop are one write: a header and a text by themselves would be two, each time.
 */
export class TextFrames {
  readonly #connection: Duplex;
  /** Frames of this turn, a character a byte. */
  #waiting = '';
  readonly #flush = (): void => {
    const frames = this.#waiting;
    this.#waiting = '';
    if (frames !== '' && this.#connection.writable) this.#connection.write(frames, 'latin1');
  };

  constructor(connection: Duplex) {
    this.#connection = connection;
  }

  /** @returns a promise while more than a little is waiting for the reader; kept when it is written, or never can be */
  send(text: string): Promise<void> | void {
    const bytes = Buffer.byteLength(text);
    const isSlow = this.#connection.writableLength + this.#waiting.length >= HIGH_WATER_BYTES;
    // Of text that is ASCII, a character is a byte.
    if (bytes === text.length && !isSlow) {
      if (this.#waiting === '') process.nextTick(this.#flush);
      this.#waiting += headerOf(bytes) + text;
      return;
    }
    this.#flush();
    if (!this.#connection.writable) return;
    const header = headerOf(bytes);
    const frame = Buffer.allocUnsafe(header.length + bytes);
    frame.write(header, 'latin1');
    frame.write(text, header.length);
    if (!isSlow) {
      this.#connection.write(frame);
      return;
    }
    return new Promise((resolve) => {
      // A connection that failed meanwhile is closed, and what ran over it is ended by that.
      this.#connection.write(frame, () => resolve());
    });
  }

  /** Writes what this turn has brought, before something else is sent. */
  flush(): void {
    this.#flush();
  }
}

function headerOf(bytes: number): string {
  if (bytes <= SHORT) return String.fromCharCode(TEXT, bytes);
  if (bytes <= 0xffff) return String.fromCharCode(TEXT, TWO_BYTES, bytes >>> 8, bytes & 0xff);
  return String.fromCharCode(TEXT, EIGHT_BYTES, 0, 0, 0, 0, bytes >>> 24, (bytes >>> 16) & 0xff, (bytes >>> 8) & 0xff, bytes & 0xff);
}
