import { UpstreamFailure, type FailureKind } from '../../canonical/failure.ts';
import { VendorRefusal } from '../http/refusal.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { isFields } from '../shared/fields.ts';
import { kindOfBroken, NEUTRAL_MESSAGES } from '../shared/neutral.ts';

/** What kept an answer from coming. The vendor's words stay in `cause`. */
export function toFailure(error: unknown): UpstreamFailure {
  if (!(error instanceof VendorRefusal)) {
    const kind = kindOfBroken(error);
    return new UpstreamFailure(kind, NEUTRAL_MESSAGES[kind], { cause: error });
  }
  const { status, headers } = error;
  const said = read(error.body);
  const kind = kindOf(said, status);
  return new UpstreamFailure(kind, messageOf(kind, said), { status, retryAfterMs: retryAfterMs(headers), refusal: said.message, cause: error });
}

/** The `error` event of a stream, or an error object in an answer with a good status. */
export function failureOfErrorObject(body: unknown): UpstreamFailure {
  const said = read(body);
  const kind = kindOf(said, 500);
  return new UpstreamFailure(kind, NEUTRAL_MESSAGES[kind], { refusal: said.message, cause: body });
}

/** The one refusal whose words are told: they quote nothing, and say what to mend. */
function messageOf(kind: FailureKind, { message }: Said): string {
  if (kind === 'bad_request' && /support.{0,30}prefill/i.test(message)) return 'the model does not go on with an answer that is begun; let the last message be of the user.';
  return NEUTRAL_MESSAGES[kind];
}

interface Said {
  type: string;
  message: string;
}

/** The body is `{ type: 'error', error: { type, message } }`. */
function read(body: unknown): Said {
  const outer = isFields(body) ? body : {};
  const said = isFields(outer['error']) ? outer['error'] : {};
  const word = (name: string): string => (typeof said[name] === 'string' ? said[name] : '');
  return { type: word('type'), message: word('message').slice(0, 1_000) };
}

function kindOf(said: Said, status: number): FailureKind {
  switch (said.type) {
    case 'authentication_error':
    case 'permission_error':
    case 'billing_error':
      return 'auth';
    case 'not_found_error':
      return 'unknown_model';
    case 'rate_limit_error':
      return 'rate_limited';
    case 'overloaded_error':
    case 'api_error':
    case 'timeout_error':
    case 'conflict_error':
      return 'server';
    case 'invalid_request_error':
      return kindOfInvalid(said.message);
    default:
      return kindOfStatus(status);
  }
}

function kindOfInvalid(message: string): FailureKind {
  if (/prompt is too long|exceed.{0,20}context (limit|window)|context (limit|window) exceeded/i.test(message)) return 'context_length';
  if (/content filtering policy/i.test(message)) return 'content';
  return 'bad_request';
}

function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 404) return 'unknown_model';
  if (status === 429) return 'rate_limited';
  return status >= 500 || status === 408 || status === 409 ? 'server' : 'bad_request';
}
