import type { FailureKind } from '../../canonical/failure.ts';
import type { Verdict } from '../breaker/breaker.ts';

/**
 * What follows a failed attempt: ask the same target again, ask it with another key or after the pause that it asks
 * for, go on to the next one, to one with a larger window, to one that is named for refusals, or first leave the
 * target alone until it is mended.
 */
export type Decision = 'retry' | 'slowDown' | 'next' | 'larger' | 'refused' | 'outOfOrder';

const DECISIONS: Record<FailureKind, Decision> = {
  server: 'retry',
  connection: 'retry',
  cut: 'retry',
  garbled: 'retry',
  rate_limited: 'slowDown',
  // A target that was silent once is not asked again: the caller has waited long enough for it.
  timeout: 'next',
  auth: 'outOfOrder',
  unknown_model: 'outOfOrder',
  context_length: 'larger',
  bad_request: 'next',
  unsupported: 'next',
  unavailable: 'next',
  // Another vendor must not be asked what one has refused, unless the operator says so.
  content: 'refused',
};

/** Says by the kind of a failure alone what follows it. */
export function decide(kind: FailureKind): Decision {
  return DECISIONS[kind];
}

const VERDICTS: Record<FailureKind, Verdict> = {
  server: 'failed',
  connection: 'failed',
  cut: 'failed',
  garbled: 'failed',
  timeout: 'failed',
  unavailable: 'failed',
  // It answers, and the request is what it does not like.
  context_length: 'ok',
  bad_request: 'ok',
  content: 'ok',
  unsupported: 'unknown',
  rate_limited: 'unknown',
  auth: 'unknown',
  unknown_model: 'unknown',
};

/** What a failure says of the health of its target. */
export function verdictOf(kind: FailureKind): Verdict {
  return VERDICTS[kind];
}
