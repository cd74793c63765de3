import type { FailureKind } from '../canonical/failure.ts';

/** What follows a failed attempt: ask the same target again, go on to the next one, or give up. */
export type Decision = 'retry' | 'next' | 'stop';

const DECISIONS: Record<FailureKind, Decision> = {
  server: 'retry',
  connection: 'retry',
  cut: 'retry',
  garbled: 'retry',
  rate_limited: 'next',
  // A target that was silent once is not asked again: the caller has waited long enough for it.
  timeout: 'next',
  auth: 'next',
  unknown_model: 'next',
  context_length: 'next',
  bad_request: 'next',
  unsupported: 'next',
  unavailable: 'next',
  // Another vendor must not be asked what one has refused, unless the operator says so.
  content: 'stop',
};

/** Says by the kind of a failure alone what follows it. */
export function decide(kind: FailureKind): Decision {
  return DECISIONS[kind];
}
