import type { IncomingMessage } from 'node:http';
import { InputError } from '../../canonical/errors.ts';
import { HttpError } from './respond.ts';

/**
 * Reads a body whole; at once where it is there.
 * @param maxBytes a longer one is refused, as soon as that is known
 * @param signal aborts with the connection, which ends the reading
 * @throws HttpError 413
 */
export function readBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Buffer | Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!request.complete || request.destroyed) return arriving(request, maxBytes, signal);
  const body: unknown = request.read();
  if (!(body instanceof Buffer)) return NOTHING;
  if (body.length > maxBytes) throw tooLarge(maxBytes);
  return body;
}

const NOTHING = Buffer.alloc(0);

/** By events: a loop over the request costs three times as much for a body in one piece. */
function arriving(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      request.pause();
      end(() => reject(tooLarge(maxBytes)));
    };
    const onEnd = (): void => end(() => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes)));
    const onClose = (): void => end(() => reject(signal.aborted ? signal.reason : new Error('the request broke off')));
    const end = (settle: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      settle();
      chunks = [];
    };
    if (request.destroyed) onClose();
    else request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A body as JSON.
 * @throws HttpError 400 when it is not UTF-8 or not JSON
 */
export function parseJson(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (cause) {
    throw new HttpError(400, new InputError('body', 'is not valid UTF-8; send JSON in UTF-8.', cause));
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, new InputError('body', 'Invalid JSON.', cause));
  }
}

function tooLarge(maxBytes: number): HttpError {
  const message = `is larger than ${maxBytes} bytes; send pictures and sounds by POST /uploads.`;
  return new HttpError(413, new InputError('body', message));
}
