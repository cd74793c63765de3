import { AbortedError, KanonError, type ErrorCode } from '../../canonical/errors.ts';
import { HttpError, statusOf } from '../http/respond.ts';

/** An error as every vendor's shape tells it in its own words. */
export interface RestFailure {
  code: ErrorCode;
  message: string;
  /** The field at fault as the caller wrote it: `messages[2].content`; null where no field is. */
  field: string | null;
  /** The error is that there is no such thing: a model, a path, an answer of before. */
  missing: boolean;
  retryAfterMs: number | null;
  /** What the vendor's SDK reads to mend the request by itself; null where there is nothing. */
  forSdk: unknown;
  /** HTTP status, where the error brings one; a dialect may have another for its code. */
  status: number;
}

/** The part of a field's path that stands for the request itself. */
const ROOT = /^body\.?/;

/** Names of the canonical request that callers know under another one. */
const WIRE_NAMES: Readonly<Record<string, string>> = {
  maxTokens: 'max_tokens',
  topP: 'top_p',
  toolChoice: 'tool_choice',
  responseFormat: 'response_format',
  jsonSchema: 'json_schema',
  toolCallId: 'tool_call_id',
};

/** What was thrown, as far as the caller may know it. */
export function failureOf(thrown: unknown): RestFailure {
  const error = thrown instanceof HttpError ? thrown.error : thrown;
  if (error instanceof AbortedError) return { code: 'UPSTREAM_TIMEOUT', message: error.message, field: null, missing: false, retryAfterMs: null, forSdk: null, status: 504 };
  const known = error instanceof KanonError ? error : new KanonError('INTERNAL', 'Something went wrong in this gateway.');
  const { field, retryAfterMs, forSdk } = known.details;
  const named = field === undefined ? null : wireName(field);
  const missing = (thrown instanceof HttpError && thrown.status === 404) || (known.code === 'BAD_USER_INPUT' && named === 'model');
  return {
    code: known.code,
    message: field !== undefined && known.message.startsWith(`${field}: `) ? `${named || 'the request'}${known.message.slice(field.length)}` : known.message,
    field: named || null,
    missing,
    retryAfterMs: retryAfterMs ?? null,
    forSdk: forSdk ?? null,
    status: thrown instanceof HttpError ? thrown.status : missing ? 404 : statusOf(known),
  };
}

function wireName(field: string): string {
  return field.replace(ROOT, '').replaceAll(/[A-Za-z]+/g, (name) => WIRE_NAMES[name] ?? name);
}
