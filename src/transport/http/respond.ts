import { GraphQLError } from 'graphql';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { KanonError, type ErrorCode } from '../../canonical/errors.ts';

const STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  BUDGET_EXCEEDED: 402,
  RATE_LIMITED: 429,
  COST_ESTIMATED_TOO_EXPENSIVE: 400,
  CONTEXT_LENGTH_EXCEEDED: 400,
  CONTENT_FILTERED: 400,
  GUARDRAIL_BLOCKED: 400,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
  STREAM_INTERRUPTED: 502,
  MEDIA_UNSUPPORTED: 415,
  MEDIA_TOO_LARGE: 413,
  INTERNAL: 500,
};

/** An error with an HTTP status that its code alone does not tell. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly error: KanonError;

  constructor(status: number, error: KanonError) {
    super(error.message, { cause: error });
    this.status = status;
    this.error = error;
  }
}

/** The status of an error's code. */
export function statusOf(error: KanonError): number {
  return STATUS[error.code];
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

/**
 * Answers with an error in the shape of GraphQL over HTTP: `{ "errors": [...] }`. What is left of the request's body
 * is not read: the connection closes.
 */
export function sendError(response: ServerResponse, thrown: unknown, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (thrown instanceof GraphQLError) {
    sendJson(response, 400, { errors: [{ message: thrown.message, extensions: { ...thrown.extensions, requestId } }] });
    return;
  }
  const error = thrown instanceof HttpError ? thrown.error : thrown;
  const known = error instanceof KanonError ? error : new KanonError('INTERNAL', 'Something went wrong in this gateway.', { cause: error });
  const status = thrown instanceof HttpError ? thrown.status : statusOf(known);
  const { retryAfterMs } = known.details;
  sendJson(
    response,
    status,
    { errors: [{ message: known.message, extensions: { code: known.code, ...known.details, requestId } }] },
    {
      ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(response.req.complete ? {} : { connection: 'close' }),
    },
  );
}

/**
 * Writes, and waits while the reader is slower than the writer.
 * @returns false when the reader has gone
 */
export async function writeSlowly(response: ServerResponse, text: string, signal: AbortSignal): Promise<boolean> {
  if (response.destroyed) return false;
  return response.write(text) || drained(response, signal);
}

/** Waits for a reader that is slower than the writer. @returns false when it has gone */
export async function drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  try {
    await once(response, 'drain', { signal });
    return true;
  } catch {
    return false;
  }
}
