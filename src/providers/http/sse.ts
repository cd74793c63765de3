import { isUtf8 } from 'node:buffer';

/** One server-sent event with data. */
export interface ServerSentEvent {
  /** The `event` field; `message` where there is none. */
  event: string;
  data: string;
}

/** Bytes that are not a stream of events: not UTF-8, or a line without end. */
export class SseError extends Error {
  override readonly name = 'SseError';
}

const LF = 0x0a;

/** Most bytes of one event: more than any vendor sends, little enough for memory. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Cuts the bytes of a `text/event-stream` into events, in time linear to their number and whatever the chunks they
 * come in. Lines end with LF or CRLF; a lone CR as line end, which the standard allows, is sent by no vendor.
 * Source: HTML Living Standard, 9.2.6 "Interpreting an event stream".
 */
export class SseSplitter {
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not arrived. */
  #partial: Buffer[] = [];
  #size = 0;
  #event = '';
  /** Null where the event has no data yet. */
  #data: string | null = null;
  #first = true;

  constructor(maxEventBytes: number = MAX_EVENT_BYTES) {
    this.#maxBytes = maxEventBytes;
  }

  /**
   * The events that these bytes complete.
   * @throws SseError
   */
  push(bytes: Uint8Array): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#partial.length === 0 && chunk.at(-1) === LF && this.#size + chunk.length <= this.#maxBytes) {
      this.#takeLines(chunk, events);
      return events;
    }
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const rest = chunk.subarray(start, end);
      this.#grow(rest.length);
      const line = this.#partial.length === 0 ? rest : Buffer.concat([...this.#partial, rest]);
      this.#partial = [];
      this.#takeLine(decoded(line), events);
      start = end + 1;
    }
    if (start < chunk.length) {
      const rest = chunk.subarray(start);
      this.#grow(rest.length);
      this.#partial.push(rest);
    }
    return events;
  }

  /** The event whose lines are complete and whose closing blank line never came; a cut line is not part of it. */
  end(): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    this.#dispatch(events);
    return events;
  }

  #grow(bytes: number): void {
    this.#size += bytes;
    if (this.#size > this.#maxBytes) throw new SseError(`an event is longer than ${this.#maxBytes} bytes`);
  }

  /** The usual chunk: whole lines, decoded as one. */
  #takeLines(chunk: Buffer, events: ServerSentEvent[]): void {
    const text = decoded(chunk);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#size += end - start;
      this.#takeLine(text.slice(start, end), events);
      start = end + 1;
    }
  }

  #takeLine(given: string, events: ServerSentEvent[]): void {
    let line = given;
    if (line.endsWith('\r')) line = line.slice(0, -1);
    if (this.#first) {
      this.#first = false;
      if (line.startsWith('\u{feff}')) line = line.slice(1);
    }
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    else if (field === 'event') this.#event = value;
  }

  #dispatch(events: ServerSentEvent[]): void {
    if (this.#data !== null) events.push({ event: this.#event || 'message', data: this.#data });
    this.#data = null;
    this.#event = '';
    this.#size = 0;
  }
}

function decoded(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new SseError('the stream is not UTF-8');
  return bytes.toString('utf8');
}
