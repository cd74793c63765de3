import type { AttemptRecord } from '../canonical/call.ts';
import type { FailureKind } from '../canonical/failure.ts';
import type { Log } from './log.ts';

/** What routing tells of its work; metrics and the log both listen. Called on the hot path: to be quick. */
export interface RouteObserver {
  attemptEnded(event: AttemptEnded): void;
  /** A call goes on from one target to another. */
  failedOver(event: FailedOver): void;
  breakerChanged(event: BreakerChanged): void;
}

export interface AttemptEnded {
  /** The public model. */
  model: string;
  requestId: string;
  attempt: AttemptRecord;
  /** Null where it was no failure. */
  kind: FailureKind | null;
}

export interface FailedOver {
  model: string;
  requestId: string;
  /** `provider/model` as the vendor names it. */
  from: string;
  to: string;
  kind: FailureKind;
}

export interface BreakerChanged {
  target: string;
  state: 'OPEN' | 'HALF_OPEN' | 'CLOSED';
  /** What opened it. */
  kind: FailureKind | null;
  /** Milliseconds until a probe. */
  openMs: number;
}

/** What only an operator can mend. */
const FOR_OPERATORS: ReadonlySet<FailureKind | null> = new Set<FailureKind | null>(['auth', 'unknown_model']);

/** Failovers and breakers as log lines. */
export function logRoutes(log: Log): RouteObserver {
  return {
    attemptEnded({ model, requestId, attempt, kind }) {
      if (kind === null) return;
      const { provider, targetModel, outcome, durationMs, reason } = attempt;
      log.info({ model, requestId, target: `${provider}/${targetModel}`, outcome, kind, durationMs: Math.round(durationMs), reason }, 'an attempt failed');
    },
    failedOver({ model, requestId, from, to, kind }) {
      log.warn({ model, requestId, from, to, kind }, 'failover to another target');
    },
    breakerChanged({ target, state, kind, openMs }) {
      if (state === 'HALF_OPEN') log.info({ target }, 'the target is tried again: one call is let through its breaker');
      else if (state === 'CLOSED') log.info({ target }, 'the target is well again: its breaker is closed');
      else if (FOR_OPERATORS.has(kind)) log.error({ target, kind, openMs }, `the target refuses every call until it is mended: ${kind === 'auth' ? 'its key is not accepted' : 'the vendor knows no such model'}`);
      else log.warn({ target, kind, openMs }, 'the target keeps failing: its breaker is open');
    },
  };
}

/** Tells several. */
export function observers(all: readonly RouteObserver[]): RouteObserver {
  return {
    attemptEnded: (event) => all.forEach((one) => one.attemptEnded(event)),
    failedOver: (event) => all.forEach((one) => one.failedOver(event)),
    breakerChanged: (event) => all.forEach((one) => one.breakerChanged(event)),
  };
}
