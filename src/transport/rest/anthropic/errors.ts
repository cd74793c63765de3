import type { ErrorCode } from '../../../canonical/errors.ts';
import { whole, type WholeAnswer } from '../exchange.ts';
import type { RestFailure } from '../failure.ts';

/** Status and `type` as the vendor has them. */
const SHAPES: Partial<Record<ErrorCode, { status?: number; type: string }>> = {
  UNAUTHENTICATED: { type: 'authentication_error' },
  FORBIDDEN: { type: 'permission_error' },
  BUDGET_EXCEEDED: { status: 402, type: 'billing_error' },
  RATE_LIMITED: { type: 'rate_limit_error' },
  MEDIA_UNSUPPORTED: { status: 400, type: 'invalid_request_error' },
  MEDIA_TOO_LARGE: { status: 413, type: 'request_too_large' },
  UPSTREAM_UNAVAILABLE: { status: 529, type: 'overloaded_error' },
  UPSTREAM_TIMEOUT: { type: 'timeout_error' },
};

/** An error in the shape of Anthropic's API. */
export function anthropicError(failure: RestFailure, requestId: string): WholeAnswer {
  const status = SHAPES[failure.code]?.status ?? failure.status;
  const headers: Record<string, string> = { 'x-kanon-error': failure.code, 'request-id': requestId };
  if (failure.retryAfterMs !== null) headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1_000));
  return whole({ ...errorBody(failure), request_id: requestId }, headers, status);
}

/** Also what an error event of a stream holds. */
export function errorBody(failure: RestFailure): { type: 'error'; error: { type: string; message: string; details?: unknown } } {
  return { type: 'error', error: { type: typeOf(failure), message: failure.message, ...(failure.forSdk !== null && { details: failure.forSdk }) } };
}

function typeOf({ code, status, missing }: RestFailure): string {
  if (missing) return 'not_found_error';
  if (status === 413) return 'request_too_large';
  return SHAPES[code]?.type ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}
