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
  const said = read(saidIn(error));
  const kind = kindOfStatus(status, said);
  return new UpstreamFailure(kind, NEUTRAL_MESSAGES[kind], { status, retryAfterMs: retryAfterMs(headers), refusal: said.message, cause: error });
}

/** The body is `{ error }`, at some servers the error itself. */
function saidIn({ body }: VendorRefusal): unknown {
  return isFields(body) ? (body['error'] ?? body) : undefined;
}

/** An error object in a stream or in an answer with a good status. */
export function failureOfErrorObject(said: unknown): UpstreamFailure {
  const details = read(said);
  const status = Number(details.code);
  const kind = status >= 400 && status <= 599 ? kindOfStatus(status, details) : (kindOfWords(details) ?? 'server');
  return new UpstreamFailure(kind, NEUTRAL_MESSAGES[kind], { refusal: details.message, cause: said });
}

/** A parameter that the model does not take, by name. */
export function unsupportedParameter(failure: UpstreamFailure): string | null {
  if (failure.status !== 400 || !(failure.cause instanceof VendorRefusal)) return null;
  const said = read(saidIn(failure.cause));
  if (said.code !== 'unsupported_parameter' && said.code !== 'unsupported_value') return null;
  return said.param === '' ? (/'([a-z_]+)'/.exec(said.message)?.[1] ?? null) : said.param;
}

interface Said {
  code: string;
  type: string;
  param: string;
  message: string;
}

function read(error: unknown): Said {
  if (typeof error === 'string') return { code: '', type: '', param: '', message: error };
  const said = isFields(error) ? error : {};
  const word = (name: string): string => (typeof said[name] === 'string' || typeof said[name] === 'number' ? String(said[name]) : '');
  return { code: word('code'), type: word('type'), param: word('param'), message: word('message') };
}

function kindOfStatus(status: number, said: Said): FailureKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 404) return 'unknown_model';
  if (status === 429) return 'rate_limited';
  // 408 and 409 are a server that gave up and one that is busy with the same thing: both pass.
  if (status >= 500 || status === 408 || status === 409 || status === 425) return 'server';
  const kind = kindOfWords(said);
  return kind === 'server' || kind === undefined ? 'bad_request' : kind;
}

/** Most specific first: codes are the vendor's own, patterns those of compatible servers. */
const WORDS: readonly [FailureKind, RegExp, RegExp?][] = [
  ['context_length', /^context_length_exceeded$/, /(maximum|exceed\w*|longer than).{0,60}context|context.{0,40}(window|length|size).{0,40}(exceed|too)|prompt is too long|too many tokens|maximum prompt length/i],
  ['content', /^(content_filter|content_policy_violation|responsible_ai_policy_violation|moderation_blocked|cyber_policy_violation)$/i],
  ['unknown_model', /^(model_not_found|deploymentnotfound|invalid_model)$/i, /model.{0,80}(does not exist|not found|not exist)/i],
  ['auth', /^(invalid_api_key|authentication_error|permission_error|account_deactivated)$/],
  ['rate_limited', /^(rate_limit_exceeded|rate_limit_error|insufficient_quota|requests|tokens|too_many_requests)$/],
  ['bad_request', /^invalid_request_error$/],
  ['server', /^(server_error|api_error|overloaded_error|internal_error|service_unavailable|engine_overloaded)$/],
];

function kindOfWords({ code, type, message }: Said): FailureKind | undefined {
  return WORDS.find(([, words, text]) => words.test(code) || text?.test(message.slice(0, 1_000)) || words.test(type))?.[0];
}
