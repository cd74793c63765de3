import type { ServerResponse } from 'node:http';
import { writeSlowly } from '../http/respond.ts';
import type { RestAnswer } from './exchange.ts';

const TRAILERS = 'x-kanon-cost, x-kanon-warnings';

/** Writes an answer. A reader that is slow holds the answer back; one that leaves ends it. */
export async function send(response: ServerResponse, answer: RestAnswer, signal: AbortSignal): Promise<void> {
  if (answer.kind === 'whole') {
    response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer.body), ...answer.headers });
    response.end(answer.body);
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    trailer: TRAILERS,
    ...answer.headers,
  });
  for await (const frame of answer.frames) {
    if (!(await writeSlowly(response, frame, signal))) return;
  }
  response.addTrailers(answer.trailers() ?? {});
  response.end();
}
