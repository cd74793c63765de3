import { AbortedError } from '../../canonical/errors.ts';
import { UpstreamFailure, type FailureKind } from '../../canonical/failure.ts';
import type { RouteContext } from '../context.ts';
import { withinMs } from '../deadline.ts';
import { nameOf, type RouteModel, type Target } from '../target.ts';
import type { Pass } from '../target-state.ts';
import type { Turn } from './attempt.ts';
import { backoffMs, rateBackoffMs } from './backoff.ts';
import { decide } from './decide.ts';
import { exhausted } from './exhausted.ts';

/** A pause that a vendor asks for is waited out when another target could be asked instead, up to this (ms). */
const SHORT_PAUSE_MS = 1_000;
/** And when there is no other. */
const LONG_PAUSE_MS = 15_000;
/** A key that is over its limit is set aside for so long (ms), where the vendor does not say. */
const LIMITED_KEY_MS = 1_000;
/** And one that is not accepted. */
const REFUSED_KEY_MS = 60_000;

/** One call's way through the targets of its route: whose turn it is, and what follows a failure. */
export class Walk {
  readonly failures: UpstreamFailure[] = [];
  readonly #model: RouteModel;
  readonly #context: RouteContext;
  #left: Target[];
  #forRefusals: Target[];
  /** The target to be asked again, and after how long (ms). */
  #again: { target: Target; waitMs: number } | null = null;
  #retries = 0;
  #keysTried = 0;
  #before: { target: Target; kind: FailureKind } | null = null;

  /**
   * @param targets in the order in which they are asked
   * @param forRefusals those that are asked when one refused the content
   */
  constructor(model: RouteModel, context: RouteContext, targets: readonly Target[], forRefusals: readonly Target[] = []) {
    this.#model = model;
    this.#context = context;
    this.#left = [...targets];
    this.#forRefusals = [...forRefusals];
  }

  /**
   * The next target, admitted. Its attempt must end, and `failed` must be told if it failed.
   * @throws KanonError when no target is left or the time is over; AbortedError when the caller left
   */
  async next(): Promise<Turn> {
    try {
      for (;;) {
        this.#context.signal.throwIfAborted();
        const again = this.#again;
        this.#again = null;
        const target = again?.target ?? this.#left.shift();
        if (performance.now() >= this.#context.endsAt) this.failures.push(new UpstreamFailure('timeout', 'the deadline of the call has passed'));
        if (target === undefined || performance.now() >= this.#context.endsAt) throw exhausted(this.#model.name, this.failures);
        if (again === null) {
          this.#retries = 0;
          this.#keysTried = 0;
        } else if (again.waitMs > 0) await withinMs(again.waitMs, this.#context.signal);
        const pass = target.state.admitAtOnce() ?? (await this.#wait(target));
        if (pass !== null) return this.#turn(target, pass, again === null);
      }
    } catch (error) {
      const { signal } = this.#context;
      if (error === signal.reason && signal.aborted && !(error instanceof UpstreamFailure)) throw new AbortedError(error);
      throw error;
    }
  }

  /** Null where the target does not take the call. */
  async #wait(target: Target): Promise<Pass | null> {
    const { priority, signal, endsAt } = this.#context;
    const patienceMs = this.#left.length > 0 ? 0 : LONG_PAUSE_MS;
    const pass = await target.state.admit({ priority, signal, endsAt, patienceMs });
    if (!(pass instanceof UpstreamFailure)) return pass;
    // Nothing was asked, and a line in the log for each call of a long outage would help nobody.
    this.failures.push(pass);
    return null;
  }

  #turn(target: Target, pass: Pass, first: boolean): Turn {
    if (first) target.state.budget.deposit();
    if (this.#before !== null && this.#before.target !== target) {
      const { requestId } = this.#context;
      this.#model.observer.failedOver({ model: this.#model.name, requestId, from: nameOf(this.#before.target), to: nameOf(target), kind: this.#before.kind });
      this.#before = null;
    }
    return { target, provider: target.keys.pick(), pass };
  }

  /** Says what ended the attempt of a turn; the next turn follows from it. */
  failed({ target, provider }: Turn, failure: UpstreamFailure): void {
    this.failures.push(failure);
    this.#before = { target, kind: failure.kind };
    switch (decide(failure.kind)) {
      case 'retry':
        this.#retry(target, Math.max(backoffMs(this.#retries), failure.retryAfterMs ?? 0));
        return;
      case 'slowDown':
        this.#slowDown(target, failure.retryAfterMs, target.keys.bench(provider, failure.retryAfterMs ?? LIMITED_KEY_MS));
        return;
      case 'outOfOrder':
        if (failure.kind === 'auth' && target.keys.bench(provider, REFUSED_KEY_MS) && this.#otherKey(target)) return;
        target.state.breaker.trip(failure.kind);
        return;
      case 'larger':
        this.#left = larger(this.#left, target);
        return;
      case 'refused':
        this.#left = this.#forRefusals;
        this.#forRefusals = [];
        return;
      case 'next':
        return;
    }
  }

  /** The same target once more, at once, though it failed: it is asked in another way. */
  repeat(target: Target): void {
    this.#again = { target, waitMs: 0 };
  }

  /** Targets that are asked after those that are left. */
  append(targets: readonly Target[]): void {
    this.#left.push(...targets);
  }

  #slowDown(target: Target, retryAfterMs: number | undefined, otherKey: boolean): void {
    if (otherKey && this.#otherKey(target)) return;
    const others = this.#left.length > 0;
    if (retryAfterMs === undefined) {
      // Where there is somewhere to go, one more try is enough.
      if (!others || this.#retries < 1) this.#retry(target, rateBackoffMs(this.#retries));
      return;
    }
    target.state.rest(retryAfterMs);
    if (retryAfterMs <= (others ? SHORT_PAUSE_MS : LONG_PAUSE_MS)) this.#retry(target, retryAfterMs);
  }

  #otherKey(target: Target): boolean {
    if (++this.#keysTried >= target.keys.size) return false;
    this.#again = { target, waitMs: 0 };
    return true;
  }

  #retry(target: Target, waitMs: number): void {
    if (this.#retries >= this.#model.retries) return;
    if (performance.now() + waitMs >= this.#context.endsAt) return;
    if (!target.state.budget.withdraw()) return;
    this.#retries++;
    this.#again = { target, waitMs };
  }
}

/** Targets whose window is larger than that of the one the request did not fit into, or not known; known ones first. */
function larger(targets: readonly Target[], than: Target): Target[] {
  const window = than.contextWindow;
  const known = targets.filter((target) => target.contextWindow !== null && (window === null || target.contextWindow > window));
  return [...known, ...targets.filter((target) => target.contextWindow === null)];
}
