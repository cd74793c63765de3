/**
 * Every code that a caller can see, with what it means. Stable: a code is never renamed or reused.
 * The transports map them once (GraphQL `extensions.code`, HTTP status, the vendors' error shapes).
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: 'No key, or one that is not known.',
  FORBIDDEN: 'The principal may not do this.',
  BAD_USER_INPUT: 'The request says something that cannot be done; the message names the field and the mend.',
  BUDGET_EXCEEDED: 'A budget cannot carry the request.',
  RATE_LIMITED: 'Too many requests; `retryAfterMs` says when to come back.',
  COST_ESTIMATED_TOO_EXPENSIVE: 'The operation could cost more than is allowed.',
  CONTEXT_LENGTH_EXCEEDED: 'The request is too long for the model.',
  CONTENT_FILTERED: 'The vendor refused the content.',
  GUARDRAIL_BLOCKED: 'A guardrail of this gateway stopped the content.',
  UPSTREAM_UNAVAILABLE: 'No target of the model could answer.',
  UPSTREAM_TIMEOUT: 'The targets of the model did not answer in time.',
  STREAM_INTERRUPTED: 'The answer broke off before its end.',
  MEDIA_UNSUPPORTED: 'The media is broken, or of a kind that cannot be used here.',
  MEDIA_TOO_LARGE: 'The media is larger than is allowed.',
  INTERNAL: 'A fault of this gateway; `requestId` leads to the log.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Tells a code of this list from any other text. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}

/** What an error tells beside its message. Never holds content of a request. */
export interface ErrorDetails {
  /** The input field that is at fault, as a path: `input.messages[2].role`. */
  field?: string;
  /** Milliseconds after which the same request may succeed. */
  retryAfterMs?: number;
  /** The public model that was asked. */
  model?: string;
  [detail: string]: unknown;
}

/** The root of all errors that a caller may see: a stable code, a message that says how to mend it, a cause. */
export class KanonError extends Error {
  override readonly name: string = 'KanonError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Bad input: names the field, what was expected and how to mend it. */
export class InputError extends KanonError {
  override readonly name = 'InputError';

  constructor(field: string, message: string, cause?: unknown) {
    super('BAD_USER_INPUT', `${field}: ${message}`, { details: { field }, cause });
  }
}

/** Media that cannot be used, by what is wrong with it. */
export class MediaError extends KanonError {
  override readonly name = 'MediaError';

  constructor(
    code: 'MEDIA_UNSUPPORTED' | 'MEDIA_TOO_LARGE',
    message: string,
    cause?: unknown,
    details: ErrorDetails = {},
  ) {
    super(code, message, { cause, details });
  }
}

/** The caller went away or cancelled. It is no fault, and nobody is left to be told. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';

  constructor(cause?: unknown) {
    super('The caller cancelled the request.', { cause });
  }
}
