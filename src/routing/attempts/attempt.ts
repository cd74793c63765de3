import type { AttemptRecord } from '../../canonical/call.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import { UpstreamFailure, type FailureKind } from '../../canonical/failure.ts';
import { costAt } from '../../canonical/price.ts';
import type { TraceSpan } from '../../canonical/trace.ts';
import type { TokenUsage } from '../../canonical/usage.ts';
import type { Provider } from '../../providers/provider.ts';
import type { RouteContext } from '../context.ts';
import { AttemptDeadline } from '../deadline.ts';
import type { RouteDeadlines, RoutedModel, Target } from '../target.ts';
import { withTier } from '../service-tier.ts';
import type { Pass } from '../target-state.ts';
import { outgoing } from '../../telemetry/tracing/outgoing.ts';
import { endAttempt, traceAttempt } from './tracing.ts';
import { verdictOf } from './decide.ts';

/** A target whose turn it is, the instance of its provider to ask, and the right to do so. */
export interface Turn {
  target: Target;
  provider: Provider;
  pass: Pass;
}

/** One attempt under way: its clock, and its record when it ends. Whoever says first how it ended is believed. */
export class Attempt implements Disposable {
  readonly deadline: AttemptDeadline;
  readonly turn: Turn;
  /** What the vendor has counted so far. */
  usage: TokenUsage | null = null;
  /** The vendor's service tier that is asked for, beside the usual one. */
  tier: string | null = null;
  readonly #model: RoutedModel;
  readonly #context: RouteContext;
  readonly #startedAt = performance.now();
  #firstAt: number | null = null;
  #recorded = false;
  readonly #trace: TraceSpan | null;

  readonly #inPieces: boolean;

  /** @param inPieces the answer comes in pieces, so that the time between them tells something */
  constructor(model: RoutedModel, turn: Turn, context: RouteContext, inPieces: boolean, deadlines: RouteDeadlines = model.deadlines) {
    this.turn = turn;
    this.#model = model;
    this.#context = context;
    this.#inPieces = inPieces;
    this.#trace = context.trace === null ? null : traceAttempt(context.trace, model, turn.target);
    this.deadline = new AttemptDeadline(context.signal, deadlines, context.endsAt);
  }

  /** What asks the vendor runs in it: its requests go on with the trace. */
  asking<T>(run: () => T): T {
    return this.#trace === null ? run() : outgoing.run(this.#trace.traceparent, run);
  }

  /** An event has come. */
  progress(): void {
    if (this.#firstAt === null) {
      this.#firstAt = performance.now();
      this.turn.pass.answered();
    }
    this.deadline.progress();
  }

  succeeded(): void {
    const now = performance.now();
    const first = this.#firstAt ?? now;
    const { latency } = this.turn.target.state;
    const tokens = this.usage?.output ?? 0;
    if (this.#inPieces) latency.sample(first - this.#startedAt, now - first, tokens, now);
    else latency.sampleWhole(now - this.#startedAt, tokens, now);
    this.turn.pass.end('ok');
    this.#record('OK', null, this.usage, null);
  }

  /** The attempt was given up because its answer is no longer needed. @param lost what it probably used */
  cancelled(reason: string, lost: TokenUsage | null = null): void {
    this.turn.pass.end('unknown');
    this.#record('CANCELLED', reason, this.usage ?? lost, null);
  }

  /**
   * Records what ended the attempt, and says what it was.
   * @param lost what the vendor probably counted before it ended
   * @throws AbortedError when the caller left; KanonError when the request itself is at fault (broken media).
   */
  failed(error: unknown, lost: () => TokenUsage | null = () => null): UpstreamFailure {
    const { signal } = this.#context;
    if (signal.aborted) {
      const reason: unknown = signal.reason;
      if (!(reason instanceof UpstreamFailure)) {
        this.cancelled('the caller left', lost());
        throw new AbortedError(error);
      }
      if (reason.kind === 'unavailable') {
        this.cancelled(reason.message, lost());
        return reason;
      }
    }
    if (error instanceof KanonError) {
      this.turn.pass.end('unknown');
      this.#record('FAILED', error.code, null, null);
      throw error;
    }
    const failure = this.#whatFailed(error);
    // A call that runs out of time says nothing about the target that it asked last.
    const verdict = this.deadline.expired === 'total' ? 'unknown' : verdictOf(failure.kind);
    this.turn.pass.end(verdict, failure.kind);
    this.#record(failure.kind === 'timeout' ? 'TIMED_OUT' : 'FAILED', failure.message, this.usage ?? failure.usage ?? lost(), failure.kind);
    return failure;
  }

  #whatFailed(error: unknown): UpstreamFailure {
    const expired: unknown = this.deadline.signal.aborted ? this.deadline.signal.reason : undefined;
    if (expired instanceof UpstreamFailure) return expired;
    if (error instanceof UpstreamFailure) return error;
    return new UpstreamFailure('garbled', 'the provider failed in an unexpected way', { cause: error });
  }

  #record(outcome: AttemptRecord['outcome'], reason: string | null, counted: TokenUsage | null, kind: FailureKind | null): void {
    if (this.#recorded) return;
    this.#recorded = true;
    const { target } = this.turn;
    const usage = counted === null ? null : withTier(counted, this.tier);
    const attempt: AttemptRecord = {
      provider: target.provider.name,
      targetModel: target.targetModel,
      outcome,
      durationMs: performance.now() - this.#startedAt,
      reason,
      ...(usage !== null && { usage, cost: costAt(usage, target.price) }),
    };
    this.#context.attempts.push(attempt);
    if (this.#trace !== null) endAttempt(this.#trace, attempt, kind);
    this.#model.observer.attemptEnded({ model: this.#model.name, requestId: this.#context.requestId, attempt, kind });
  }

  [Symbol.dispose](): void {
    this.deadline[Symbol.dispose]();
    this.turn.pass.end('unknown');
  }
}
