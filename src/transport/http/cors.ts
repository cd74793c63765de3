import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED_HEADERS = 'authorization, content-type, apollo-require-preflight, x-apollo-operation-name';

/**
 * Answers for pages of other origins (Fetch standard, section 3.3): those of the list may call, no other.
 * @param origins exact origins, or `*` for any
 * @returns true when the request was a preflight and is answered
 */
export function handleCors(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const allowed = origins.includes('*') ? '*' : origins.includes(origin) ? origin : null;
  response.setHeader('vary', 'origin');
  if (allowed !== null) {
    response.setHeader('access-control-allow-origin', allowed);
    response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  if (allowed !== null) {
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
    response.setHeader('access-control-max-age', '600');
  }
  response.writeHead(204).end();
  return true;
}
