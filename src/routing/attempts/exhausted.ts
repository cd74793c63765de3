import { KanonError, type ErrorCode } from '../../canonical/errors.ts';
import type { FailureKind, UpstreamFailure } from '../../canonical/failure.ts';

/**
 * Which failure tells the caller most, when every target failed: first what the caller can mend, then what
 * waiting mends, then the rest.
 */
const TELLING: readonly [FailureKind, ErrorCode, string][] = [
  ['content', 'CONTENT_FILTERED', 'The vendor refused the content of the request.'],
  ['context_length', 'CONTEXT_LENGTH_EXCEEDED', 'The request is longer than the window of every target of the model; shorten it.'],
  ['rate_limited', 'RATE_LIMITED', 'The targets of the model are over their limits; try again later.'],
  ['timeout', 'UPSTREAM_TIMEOUT', 'The targets of the model did not answer in time; try again, or ask for less.'],
];

/** The one error that stands for all attempts of a call. */
export function exhausted(model: string, failures: readonly UpstreamFailure[]): KanonError {
  const last = failures.at(-1);
  for (const [kind, code, message] of TELLING) {
    const found = failures.find((failure) => failure.kind === kind);
    if (found === undefined) continue;
    const details = found.retryAfterMs === undefined ? { model } : { model, retryAfterMs: found.retryAfterMs };
    const said = found.refusal === undefined ? message : `The vendor refused the content of the request: ${found.refusal}`;
    return new KanonError(code, said, { details, cause: found });
  }
  const refused = failures.every((failure) => failure.kind === 'unsupported' || failure.kind === 'bad_request');
  if (refused && last !== undefined) {
    return new KanonError('BAD_USER_INPUT', `No target of the model "${model}" can do what is asked: ${last.message}`, {
      details: { model },
      cause: last,
    });
  }
  const why = last === undefined ? '' : `: ${last.message}`;
  return new KanonError('UPSTREAM_UNAVAILABLE', `No target of the model "${model}" could answer${why}`, {
    details: { model, retryAfterMs: last?.retryAfterMs ?? 1_000 },
    cause: last,
  });
}
