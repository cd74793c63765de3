import type { ErrorCode } from '../../../canonical/errors.ts';
import { whole, type WholeAnswer } from '../exchange.ts';
import type { RestFailure } from '../failure.ts';

/** Status, `type` and `code` as the vendor has them, so that its SDK throws the class that programs catch. */
const SHAPES: Partial<Record<ErrorCode, { status?: number; type: string; code: string }>> = {
  UNAUTHENTICATED: { type: 'authentication_error', code: 'invalid_api_key' },
  FORBIDDEN: { type: 'permission_error', code: 'forbidden' },
  BUDGET_EXCEEDED: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  RATE_LIMITED: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  CONTEXT_LENGTH_EXCEEDED: { type: 'invalid_request_error', code: 'context_length_exceeded' },
  CONTENT_FILTERED: { type: 'invalid_request_error', code: 'content_filter' },
  GUARDRAIL_BLOCKED: { type: 'invalid_request_error', code: 'content_filter' },
  MEDIA_UNSUPPORTED: { status: 400, type: 'invalid_request_error', code: 'invalid_image_format' },
  MEDIA_TOO_LARGE: { status: 400, type: 'invalid_request_error', code: 'image_too_large' },
};

/** An error in the shape of OpenAI's API. */
export function openAIError(failure: RestFailure, requestId: string): WholeAnswer {
  const status = SHAPES[failure.code]?.status ?? failure.status;
  const headers: Record<string, string> = { 'x-kanon-error': failure.code, 'x-request-id': requestId };
  if (failure.retryAfterMs !== null) headers['retry-after'] = String(Math.ceil(failure.retryAfterMs / 1_000));
  // The SDK asks again after a 429; a budget is no fuller a second later.
  if (failure.code === 'BUDGET_EXCEEDED') headers['x-should-retry'] = 'false';
  return whole({ error: errorObject(failure) }, headers, status);
}

/** Also what an error event of a stream holds. */
export function errorObject(failure: RestFailure): { message: string; type: string; param: string | null; code: string } {
  const shape = SHAPES[failure.code];
  const type = shape?.type ?? (failure.status < 500 ? 'invalid_request_error' : 'server_error');
  const code = shape?.code ?? (failure.missing && failure.field === 'model' ? 'model_not_found' : failure.code.toLowerCase());
  return { message: failure.message, type, param: failure.field, code };
}
