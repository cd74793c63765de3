import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour, Fault } from './behaviour.ts';

/** One server-sent event of a vendor's stream. */
export interface WireEvent {
  /** The SSE event name, where the vendor gives one. */
  event?: string;
  data: string;
  /** `open` leads in, `token` carries content, `close` comes after the last content. */
  phase: 'open' | 'token' | 'close';
  terminator?: boolean;
}

/** An answer in the vendor's format: a stream if one was asked for, else one JSON body. */
export type WireAnswer = { type: 'whole'; body: unknown } | { type: 'stream'; events: WireEvent[] };

export interface Performance {
  response: ServerResponse;
  behaviour: Behaviour;
  wire: () => WireAnswer;
  errorBody: (status: number, error?: Record<string, unknown>) => Record<string, unknown>;
  headers: Record<string, string>;
  breakOff: () => void;
  /** Settles when the connection is gone or the answer is complete. */
  over: Promise<void>;
  /** Aborts with `over`. */
  signal: AbortSignal;
}

/** Plays a behaviour on the response: delays, content and faults. Resolves when there is nothing left to send. */
export async function perform(performance: Performance): Promise<void> {
  const { response, behaviour } = performance;
  const { delays } = behaviour;
  await pause(performance, delays.beforeHeadersMs);
  if (gone(performance)) return;

  if (find(behaviour, 'neverAnswer')) return;
  if (find(behaviour, 'resetBeforeHeaders')) {
    performance.breakOff();
    return;
  }
  const status = find(behaviour, 'status');
  if (status) {
    response.writeHead(status.status, { ...performance.headers, 'content-type': 'application/json', ...status.headers });
    response.end(status.body ?? JSON.stringify(performance.errorBody(status.status, status.error)));
    return;
  }
  const raw = find(behaviour, 'raw');
  if (raw) {
    response.writeHead(200, { ...performance.headers, 'content-type': raw.contentType });
    for (const piece of raw.pieces) await write(performance, piece);
    finish(performance);
    return;
  }
  const wire = performance.wire();
  if (wire.type === 'whole') await sendWhole(performance, wire.body);
  else await sendStream(performance, wire.events);
}

async function sendWhole(performance: Performance, body: unknown): Promise<void> {
  const { response, behaviour } = performance;
  const text = JSON.stringify(body);
  const half = text.slice(0, Math.ceil(text.length / 2));
  await pause(performance, behaviour.delays.beforeFirstTokenMs);
  const error = find(behaviour, 'errorEvent');
  if (error) {
    response.writeHead(500, { ...performance.headers, 'content-type': 'application/json' });
    response.end(JSON.stringify(performance.errorBody(500, error.error)));
    return;
  }
  const garbled = find(behaviour, 'garble') ?? find(behaviour, 'endEarly');
  const sent = garbled ? half : text;
  response.writeHead(200, {
    ...performance.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(sent),
  });
  if (find(behaviour, 'cut')) {
    await write(performance, half);
    performance.breakOff();
  } else if (find(behaviour, 'stall')) {
    await write(performance, half);
  } else {
    response.end(sent);
  }
}

async function sendStream(performance: Performance, events: readonly WireEvent[]): Promise<void> {
  const { response, behaviour } = performance;
  const { delays } = behaviour;
  const garble = find(behaviour, 'garble');
  let sent = 0;
  response.writeHead(200, {
    ...performance.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();

  for (const event of events) {
    if (event.phase === 'token') await pause(performance, sent === 0 ? delays.beforeFirstTokenMs : delays.betweenTokensMs);
    if (gone(performance)) return;
    const stop = event.phase === 'open' ? undefined : behaviour.faults.find((fault) => 'afterTokens' in fault && sent >= fault.afterTokens);
    if (stop) {
      await breakDown(performance, stop);
      return;
    }
    if (event.phase === 'token') sent++;
    const broken = event.phase === 'token' && garble?.token === sent;
    await write(performance, frame(broken ? { ...event, data: `${event.data.slice(0, 12)}\u{fffd}` } : event));
  }
  finish(performance);
}

async function breakDown(performance: Performance, fault: Fault): Promise<void> {
  if (fault.kind === 'cut') performance.breakOff();
  else if (fault.kind === 'endEarly') performance.response.end();
  else if (fault.kind === 'errorEvent') {
    const body = performance.errorBody(500, fault.error);
    const name = body['type'] === 'error' ? { event: 'error' } : {};
    await write(performance, frame({ ...name, data: JSON.stringify(body), phase: 'close' }));
    finish(performance);
  }
}

function finish(performance: Performance): void {
  if (!find(performance.behaviour, 'neverClose') && !gone(performance)) performance.response.end();
}

function frame(event: WireEvent): string {
  return `${event.event === undefined ? '' : `event: ${event.event}\n`}data: ${event.data}\n\n`;
}

function find<K extends Fault['kind']>(behaviour: Behaviour, kind: K): Extract<Fault, { kind: K }> | undefined {
  return behaviour.faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
}

function gone(performance: Performance): boolean {
  return performance.signal.aborted || performance.response.destroyed;
}

async function pause(performance: Performance, ms: number | undefined): Promise<void> {
  if (ms) await sleep(ms, undefined, { signal: performance.signal }).catch(() => undefined);
}

/** Waits until the piece is handed to the kernel, so that what follows finds it sent. */
async function write(performance: Performance, piece: string | Uint8Array): Promise<void> {
  if (gone(performance)) return;
  const written = new Promise<void>((resolve) => {
    performance.response.write(piece, () => resolve());
  });
  await Promise.race([written, performance.over]);
}
