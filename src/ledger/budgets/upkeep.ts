import type { Log } from '../../telemetry/log.ts';
import type { AskStore } from '../store/ask.ts';
import type { Attempts } from './attempts.ts';
import type { Lessee } from './charge.ts';
import type { Counters } from './counter.ts';
import type { OpenCalls } from './open-calls.ts';

/** Milliseconds between two looks at what is to be renewed, given back and settled. */
const TICK_MS = 1_000;
/** Milliseconds after the last renewal until which an instance trusts its leases; less than the leases last. */
const TRUST_MS = 7_000;
/** Milliseconds between two searches for instances that are gone. */
const SEARCH_MS = 3_000;
/** Milliseconds after which a counter that nobody uses is forgotten; what it counts is in the store. */
const FORGET_MS = 3_600_000;

/** Keeps leases alive, gives back what lies idle, and clears up after instances that are gone. */
export class Upkeep {
  readonly #store: AskStore;
  readonly #lessee: Lessee;
  readonly #counters: Counters;
  readonly #calls: OpenCalls;
  readonly #attempts: Attempts;
  readonly #log: Log;
  #trustedUntil: number;
  #searchedAt = Date.now();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(rooms: { store: AskStore; lessee: Lessee; counters: Counters; calls: OpenCalls; attempts: Attempts; log: Log }) {
    this.#store = rooms.store;
    this.#lessee = rooms.lessee;
    this.#counters = rooms.counters;
    this.#calls = rooms.calls;
    this.#attempts = rooms.attempts;
    this.#log = rooms.log;
    this.#trustedUntil = rooms.lessee.alone ? Number.POSITIVE_INFINITY : Date.now() + TRUST_MS;
  }

  /** False while renewals fail: others may have been given by now what was leased here. */
  get isTrusted(): boolean {
    return Date.now() < this.#trustedUntil;
  }

  /** Settles what an earlier process of this data folder has left open, and begins. */
  async start(): Promise<void> {
    await this.#clearAfter(this.#lessee.instance);
    this.#timer = setInterval(() => {
      this.#running ??= this.#tick().finally(() => {
        this.#running = null;
      });
    }, TICK_MS);
    this.#timer.unref();
  }

  /** Gives all leases back; what fails is made up for by the next start. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
    await this.#attempts.make('give back leases', () => this.#clearAfter(this.#lessee.instance));
  }

  async #tick(): Promise<void> {
    const now = Date.now();
    await this.#calls.settleRest(now - TICK_MS);
    await this.#renew(now);
    if (this.#lessee.alone || now - this.#searchedAt < SEARCH_MS) return;
    this.#searchedAt = now;
    await this.#attempts.make('look for instances that are gone', () => this.#clearAfter(null));
  }

  /** Gives back all that is not in use: limits may have become smaller. */
  async giveBack(): Promise<void> {
    await this.#renew(Date.now(), true);
  }

  /** @param all of what is not in use is given back */
  async #renew(now: number, all = false): Promise<void> {
    const lapsed = now >= this.#trustedUntil;
    const returned = this.#idle(now, lapsed || all);
    if (this.#lessee.alone && returned.length === 0) return;
    const renewed = await this.#attempts.make('renew leases', () => this.#store.ask('renewLeases', this.#lessee, returned));
    if (renewed && !this.#lessee.alone) this.#trustedUntil = now + TRUST_MS;
    // What could not be given back is still ours, unless it has been so long that others may have it.
    if (!renewed && !lapsed) for (const { counter, window, amount } of returned) this.#counters.get(counter, window).granted += amount;
  }

  /** Takes from the counters what others may need more. */
  #idle(now: number, lapsed: boolean): { counter: string; window: number; amount: number }[] {
    const returned: { counter: string; window: number; amount: number }[] = [];
    for (const counter of this.#counters) {
      const { free } = counter;
      const unused = now - counter.usedAt;
      const forgotten = counter.open === 0 && unused > FORGET_MS;
      if (free > 0 && (lapsed || forgotten || (unused > TICK_MS && !this.#lessee.alone))) {
        counter.granted -= free;
        returned.push({ counter: counter.name, window: counter.windowId, amount: free });
      }
      if (forgotten) this.#counters.forget(counter);
    }
    return returned;
  }

  async #clearAfter(instance: string | null): Promise<void> {
    const open = await this.#store.ask('clearAfter', instance);
    if (open.length === 0) return;
    const calls = open.slice(0, 100).map(({ id }) => id);
    this.#log.warn({ calls, count: open.length }, 'calls that a stopped process had under way are charged as they were reserved');
  }
}
