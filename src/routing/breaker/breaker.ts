import type { FailureKind } from '../../canonical/failure.ts';
import { OutcomeWindow } from './window.ts';

/** When a target is left alone, and for how long. Times in milliseconds. */
export interface BreakerSettings {
  /** So many of the last attempts must have failed, at least 1. */
  failures: number;
  /** And so large a share of them: above 0, at most 1. */
  share: number;
  /** How long it stays open at first; each probe that fails doubles it. */
  openMs: number;
  /** The longest that it stays open. */
  maxOpenMs: number;
}

export const BREAKER_DEFAULTS: BreakerSettings = { failures: 5, share: 0.7, openMs: 5_000, maxOpenMs: 20_000 };

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** What an attempt says of its target; `unknown` where the target is not to blame and has proven nothing. */
export type Verdict = 'ok' | 'failed' | 'unknown';

export interface BreakerChange {
  state: BreakerState;
  /** What opened it; null when it is closed. */
  reason: FailureKind | null;
  /** Milliseconds until a probe is let through. */
  openMs: number;
}

/**
 * Leaves a target alone that keeps failing, and lets one call through after a while to see whether it is well again
 * (Nygard, "Release It!", 2nd ed., ch. 5).
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #onChange: (change: BreakerChange) => void;
  readonly #window = new OutcomeWindow();
  #state: BreakerState = 'CLOSED';
  #reason: FailureKind | null = null;
  #openMs = 0;
  #opensAt = 0;
  #probing = false;

  /** @param onChange told when it opens, lets a probe through, and closes */
  constructor(settings: BreakerSettings, onChange: (change: BreakerChange) => void = () => {}) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** What opened it; null while it is closed. */
  get reason(): FailureKind | null {
    return this.#reason;
  }

  /** Milliseconds until the next call has a chance; 0 when it has one now. */
  waitMs(now: number = performance.now()): number {
    if (this.#state === 'CLOSED') return 0;
    if (this.#probing) return this.#settings.openMs;
    return Math.max(0, this.#opensAt - now);
  }

  /** Lets an attempt through, perhaps as a probe, or not: null. One that is let through must be answered with `end`. */
  enter(now: number = performance.now()): 'attempt' | 'probe' | null {
    if (this.#state === 'CLOSED') return 'attempt';
    if (this.#probing || now < this.#opensAt) return null;
    this.#state = 'HALF_OPEN';
    this.#probing = true;
    this.#onChange({ state: 'HALF_OPEN', reason: this.#reason, openMs: 0 });
    return 'probe';
  }

  /** A probe has shown enough: the target answers. */
  answered(): void {
    if (this.#state === 'HALF_OPEN') this.#close();
  }

  end(entered: 'attempt' | 'probe', verdict: Verdict, kind: FailureKind | null, now: number = performance.now()): void {
    if (entered === 'probe' && this.#state === 'HALF_OPEN') {
      this.#probing = false;
      if (verdict === 'ok') this.#close();
      else if (verdict === 'failed') this.#open(kind, this.#openMs * 2, now);
      return;
    }
    if (this.#state !== 'CLOSED' || verdict === 'unknown') return;
    this.#window.add(verdict === 'ok', now);
    const { failures, total } = this.#window.counts(now);
    if (verdict === 'failed' && failures >= this.#settings.failures && failures >= total * this.#settings.share) {
      this.#open(kind, this.#settings.openMs, now);
    }
  }

  /** Opens at once: what went wrong will go wrong for every call until an operator mends it. */
  trip(kind: FailureKind, now: number = performance.now()): void {
    this.#probing = false;
    this.#open(kind, Math.max(this.#openMs * 2, this.#settings.openMs), now);
  }

  #open(kind: FailureKind | null, openMs: number, now: number): void {
    this.#state = 'OPEN';
    this.#reason = kind;
    this.#openMs = Math.min(this.#settings.maxOpenMs, openMs);
    this.#opensAt = now + this.#openMs;
    this.#window.clear();
    this.#onChange({ state: 'OPEN', reason: kind, openMs: this.#openMs });
  }

  #close(): void {
    this.#state = 'CLOSED';
    this.#reason = null;
    this.#openMs = 0;
    this.#probing = false;
    this.#window.clear();
    this.#onChange({ state: 'CLOSED', reason: null, openMs: 0 });
  }
}
