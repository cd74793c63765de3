import { FrameWriter } from '../http/frame-writer.ts';
import { flat, type GatewayResponse } from '../http/response.ts';
import type { RestAnswer } from './exchange.ts';

const TRAILERS = 'x-kanon-cost, x-kanon-warnings';

/** Writes an answer. A reader that is slow holds the answer back; one that leaves ends it. */
export async function send(response: GatewayResponse, answer: RestAnswer, signal: AbortSignal): Promise<void> {
  if (answer.kind === 'whole') {
    response.endWith(answer.status, ['content-type', 'application/json', ...flat(answer.headers)], answer.body);
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    trailer: TRAILERS,
    ...answer.headers,
  });
  const writer = new FrameWriter(response, signal);
  for await (const frame of answer.frames) {
    const written = writer.write(frame);
    if (written !== true && !(await written)) return;
  }
  if (!(await writer.flush())) return;
  response.addTrailers(answer.trailers() ?? {});
  response.end();
}
