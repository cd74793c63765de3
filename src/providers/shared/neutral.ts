import type { FailureKind } from '../../canonical/failure.ts';

/** What kinds of failure mean, without a word of the vendor's: its messages may quote the request. */
export const NEUTRAL_MESSAGES: Record<FailureKind, string> = {
  rate_limited: 'the vendor limits the rate of requests',
  server: 'the vendor failed',
  connection: 'no connection to the vendor',
  timeout: 'the vendor did not answer in time',
  cut: 'the answer broke off',
  garbled: 'the answer cannot be read',
  auth: 'the vendor does not accept the key',
  unknown_model: 'the vendor knows no such model',
  context_length: 'the request is longer than the context of the model',
  content: 'the vendor refuses the content',
  bad_request: 'the vendor does not accept the request',
  unsupported: 'the target cannot do this',
  unavailable: 'the target is not available',
};

/**
 * What kept a request from being answered at all: the connection, or where the request could not even be made, this
 * process.
 */
export function kindOfBroken(error: unknown): 'connection' | 'timeout' | 'unavailable' {
  const found = causes(error);
  // A connection that takes too long is no better the next time, unlike one that is refused.
  if (found.some((cause) => codeOf(cause) === 'UND_ERR_CONNECT_TIMEOUT')) return 'timeout';
  return found.some((cause) => cause instanceof TypeError || codeOf(cause) === 'UND_ERR_INVALID_ARG') ? 'unavailable' : 'connection';
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}

/** The error and what caused it, down to the third. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let cause = error; cause instanceof Error && found.length < 4; cause = cause.cause) found.push(cause);
  return found;
}
