import type { IncomingMessage } from 'node:http';
import { InputError } from '../../canonical/errors.ts';
import { HttpError } from './respond.ts';

/**
 * Reads a body whole.
 * @param maxBytes a longer one is refused, as soon as that is known
 * @throws HttpError 413, 408
 */
export async function readBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onAbort = () => request.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
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
