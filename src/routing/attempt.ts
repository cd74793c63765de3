import type { AttemptRecord } from '../canonical/call.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import { UpstreamFailure } from '../canonical/failure.ts';
import { AttemptDeadline } from './deadline.ts';
import type { RoutedModel, Target } from './target.ts';

/** What one call gives to its attempts, and where they leave their trail. */
export interface RouteContext {
  /** The caller's signal; an ensemble's also aborts, with an UpstreamFailure, for its late members. */
  signal: AbortSignal;
  /** Every attempt, in the order in which they ended. */
  attempts: AttemptRecord[];
  /** When the call is over, as `performance.now()` counts (ms). */
  endsAt: number;
}

export function routeContext(model: RoutedModel, signal: AbortSignal): RouteContext {
  return { signal, attempts: [], endsAt: performance.now() + model.deadlines.totalMs };
}

/** One attempt under way: its clock, and its record when it ends. */
export class Attempt implements Disposable {
  readonly deadline: AttemptDeadline;
  readonly target: Target;
  readonly #context: RouteContext;
  readonly #startedAt = performance.now();

  constructor(model: RoutedModel, target: Target, context: RouteContext) {
    this.target = target;
    this.#context = context;
    this.deadline = new AttemptDeadline(context.signal, model.deadlines, context.endsAt);
  }

  succeeded(): void {
    this.#record('OK', null);
  }

  /** The attempt was given up because its answer is no longer needed. */
  cancelled(reason: string): void {
    this.#record('CANCELLED', reason);
  }

  /**
   * Records what ended the attempt, and says what it was.
   * @throws AbortedError when the caller left; KanonError when the request itself is at fault (broken media).
   */
  failed(error: unknown): UpstreamFailure {
    const { signal } = this.#context;
    if (signal.aborted && !(signal.reason instanceof UpstreamFailure)) {
      this.#record('CANCELLED', 'the caller left');
      throw new AbortedError(error);
    }
    if (error instanceof KanonError) {
      this.#record('FAILED', error.code);
      throw error;
    }
    const expired: unknown = this.deadline.signal.aborted ? this.deadline.signal.reason : undefined;
    const failure =
      expired instanceof UpstreamFailure
        ? expired
        : error instanceof UpstreamFailure
          ? error
          : new UpstreamFailure('garbled', 'the provider failed in an unexpected way', { cause: error });
    this.#record(failure.kind === 'timeout' ? 'TIMED_OUT' : 'FAILED', failure.message);
    return failure;
  }

  #record(outcome: AttemptRecord['outcome'], reason: string | null): void {
    this.#context.attempts.push({
      provider: this.target.provider.name,
      targetModel: this.target.targetModel,
      outcome,
      durationMs: performance.now() - this.#startedAt,
      reason,
    });
  }

  [Symbol.dispose](): void {
    this.deadline[Symbol.dispose]();
  }
}
