import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED_HEADERS = [
  'authorization', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name',
  'x-api-key', 'anthropic-version', 'anthropic-beta', 'anthropic-dangerous-direct-browser-access', 'idempotency-key', 'cache-control',
  'x-kanon-deadline-ms', 'x-kanon-priority', 'x-kanon-metadata', 'x-kanon-unknown-parameters',
];
const EXPOSED_HEADERS = [
  'x-request-id', 'request-id', 'retry-after', 'x-should-retry',
  'x-kanon-call-id', 'x-kanon-model', 'x-kanon-target', 'x-kanon-cost', 'x-kanon-warnings', 'x-kanon-error', 'x-kanon-estimate', 'x-kanon-replayed', 'x-kanon-cache', 'age',
].join(', ');
/** What the vendors' SDKs say of themselves; there are many, and nothing here heeds them. */
const OF_SDKS = /^x-stainless-[a-z-]{1,40}$/;

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
    response.setHeader('access-control-expose-headers', EXPOSED_HEADERS);
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  if (allowed !== null) {
    response.setHeader('access-control-allow-methods', 'GET, POST, DELETE, OPTIONS');
    response.setHeader('access-control-allow-headers', allowedHeaders(request.headers['access-control-request-headers']));
    response.setHeader('access-control-max-age', '600');
  }
  response.writeHead(204).end();
  return true;
}

function allowedHeaders(asked: string | undefined): string {
  const ofSdks = (asked ?? '').toLowerCase().split(/ *, */).filter((name) => OF_SDKS.test(name));
  return [...ALLOWED_HEADERS, ...ofSdks].join(', ');
}
