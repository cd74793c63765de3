import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallContext } from '../canonical/call.ts';
import { KanonError } from '../canonical/errors.ts';
import type { Media } from '../media/media.ts';
import { HttpError, sendJson } from './http/respond.ts';
import { requireScope } from './scope.ts';

/** Whoever may have pictures and sounds looked at may upload them. */
const SCOPES = ['vision', 'chat'];

/**
 * `POST /uploads`: the body is the picture or the sound as it is, of whatever content type; what it is, its bytes
 * say. It is written to a file as it comes. The answer's `id` goes into `upload` of an input.
 * @throws HttpError, MediaError, KanonError
 */
export async function handleUpload(request: IncomingMessage, response: ServerResponse, media: Media, call: CallContext): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    throw new HttpError(405, new KanonError('BAD_USER_INPUT', 'An upload is a POST whose body is the picture or the sound.'));
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  requireScope(call.principal, SCOPES);
  const upload = await media.store(request, call.principal.app, call.signal, announced);
  sendJson(response, 201, { ...upload, expiresAt: upload.expiresAt.toISOString() });
}
