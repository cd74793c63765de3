import type { Priority } from '../canonical/call.ts';
import { UpstreamFailure, type FailureKind } from '../canonical/failure.ts';
import type { RouteObserver } from '../telemetry/routing.ts';
import { RetryBudget } from './attempts/retry-budget.ts';
import { Breaker, type BreakerSettings, type Verdict } from './breaker/breaker.ts';
import { withinMs } from './deadline.ts';
import { Gate, type GateSettings } from './limits/gate.ts';
import { Latency } from './strategies/latency.ts';

export interface TargetStateOptions {
  /** `provider/model`, for the log. */
  name: string;
  breaker: BreakerSettings;
  /** Null: no limit. */
  limits: GateSettings | null;
  /** Most retries a call, on the average. */
  retryShare: number;
  observer: RouteObserver;
}

export interface Admission {
  priority: Priority;
  signal: AbortSignal;
  /** When the call is over, as `performance.now()` counts (ms). */
  endsAt: number;
  /** How long (ms) the call would wait for a target that has asked for a pause. */
  patienceMs: number;
}

/** What is known of a target beyond one call: is it well, is there room, how fast is it. */
export class TargetState {
  readonly name: string;
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly latency = new Latency();
  readonly budget: RetryBudget;
  #restUntil = 0;

  constructor({ name, breaker, limits, retryShare, observer }: TargetStateOptions) {
    this.name = name;
    this.breaker = new Breaker(breaker, ({ state, reason, openMs }) => observer.breakerChanged({ target: name, state, kind: reason, openMs }));
    this.gate = new Gate(limits);
    this.budget = new RetryBudget(retryShare);
  }

  /** The vendor asks for a pause. @param ms its Retry-After */
  rest(ms: number, now: number = performance.now()): void {
    this.#restUntil = Math.max(this.#restUntil, now + ms);
  }

  /** Milliseconds of the pause that are left. */
  restMs(now: number = performance.now()): number {
    return Math.max(0, this.#restUntil - now);
  }

  /** Lets an attempt begin where nothing has to be waited for, or else null. One that begins must be ended. */
  admitAtOnce(): Pass | null {
    if (this.restMs() > 0 || this.breaker.waitMs() > 0 || !this.gate.tryEnter()) return null;
    const entered = this.breaker.enter();
    if (entered !== null) return new Pass(this, entered);
    this.gate.leave(0);
    return null;
  }

  /**
   * Lets an attempt begin, or says why not. One that begins must be ended.
   * @throws the signal's reason
   */
  async admit(admission: Admission): Promise<Pass | UpstreamFailure> {
    const rest = this.restMs();
    if (rest > 0) {
      if (rest > admission.patienceMs || performance.now() + rest >= admission.endsAt) return new UpstreamFailure('rate_limited', 'the vendor has asked for a pause', { retryAfterMs: Math.ceil(rest) });
      await withinMs(rest, admission.signal);
    }
    if (this.breaker.waitMs() > 0) return this.#open();
    if (!this.gate.tryEnter()) {
      const full = await this.#queue(admission);
      if (full !== null) return full;
    }
    const entered = this.breaker.enter();
    if (entered !== null) return new Pass(this, entered);
    this.gate.leave(0);
    return this.#open();
  }

  async #queue({ priority, signal, endsAt }: Admission): Promise<UpstreamFailure | null> {
    const late = new AbortController();
    const place = this.gate.queue(priority, late.signal);
    if (place === null) return new UpstreamFailure('rate_limited', 'this gateway has no more room to wait for the target', { retryAfterMs: this.gate.retryAfterMs() });
    const leave = (): void => late.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const retryAfterMs = this.gate.retryAfterMs();
    const timer = setTimeout(() => late.abort(new UpstreamFailure('timeout', 'no room at the target until the deadline', { retryAfterMs })), Math.max(0, endsAt - performance.now()));
    try {
      await place;
      return null;
    } catch (error) {
      if (error instanceof UpstreamFailure && error !== signal.reason) return error;
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }

  #open(): UpstreamFailure {
    const kind = this.breaker.reason;
    return new UpstreamFailure('unavailable', `the target is left alone for now${kind === null ? '' : ` (${kind.replaceAll('_', ' ')})`}`, { retryAfterMs: Math.ceil(this.breaker.waitMs()) });
  }
}

/** The right to one attempt. */
export class Pass {
  readonly #state: TargetState;
  readonly #entered: 'attempt' | 'probe';
  readonly #startedAt = performance.now();
  #ended = false;

  constructor(state: TargetState, entered: 'attempt' | 'probe') {
    this.#state = state;
    this.#entered = entered;
  }

  /** The target has begun to answer. */
  answered(): void {
    this.#state.breaker.answered();
  }

  /** Gives the place back. Only the first call counts. */
  end(verdict: Verdict, kind: FailureKind | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#state.gate.leave(performance.now() - this.#startedAt);
    this.#state.breaker.end(this.#entered, verdict, kind);
  }
}
