import type { Log } from '../../telemetry/log.ts';
import type { AskStore } from '../store/ask.ts';
import type { Attempts } from './attempts.ts';
import type { LeasePart, Lessee } from './charge.ts';
import type { Counters } from './counter.ts';
import type { OpenCalls } from './open-calls.ts';
import { Unrecorded } from './unrecorded.ts';

/** Milliseconds between two looks at what is to be renewed, given back and settled. */
const TICK_MS = 1_000;
/** Milliseconds after the last renewal until which an instance trusts its leases; less than the leases last. */
export const TRUST_MS = 7_000;
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
  readonly #unrecorded: Unrecorded;
  #trustedUntil: number;
  #doubts = 0;
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
    this.#unrecorded = new Unrecorded(rooms);
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
    await this.#renew();
    await this.#unrecorded.giveBack();
    if (this.#lessee.alone || !this.isTrusted || now - this.#searchedAt < SEARCH_MS) return;
    this.#searchedAt = now;
    await this.#attempts.make('look for instances that are gone', () => this.#clearAfter(null));
  }

  /** Gives back all that is not in use: limits may have become smaller. */
  async giveBack(): Promise<void> {
    await this.#renew(true);
  }

  /**
   * Makes sure that leases are trusted: after an outage what is leased here is given up before anything is leased anew.
   * @throws Error when the store does not answer
   */
  async regain(): Promise<void> {
    if (!this.isTrusted) await this.#renew();
    if (!this.isTrusted) throw new Error('The leases could not be renewed.');
  }

  /** A lease was so long under way that it may be void already: all are given up before the next one. */
  doubt(): void {
    if (this.#lessee.alone) return;
    this.#doubts += 1;
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
  }

  /** @param all of what is not in use is given back */
  async #renew(all = false): Promise<void> {
    // Given up is only what somebody hears of: the store would keep the rest leased for as long as this instance lives.
    if (!this.isTrusted && !(await this.#attempts.make('renew leases', () => this.#store.ask('pulse')))) return;
    const now = Date.now();
    const [until, doubts] = [this.#trustedUntil, this.#doubts];
    const lapsed = now >= until;
    const returned = this.#idle(now, lapsed, all);
    if (this.#lessee.alone && returned.length === 0) return;
    const renewed = await this.#attempts.make('renew leases', () => this.#store.ask('renewLeases', this.#lessee, returned));
    const held = Date.now() < until;
    // What lapsed before it was renewed, or came meanwhile and too late, may be others' by now.
    if (renewed && (lapsed || held) && doubts === this.#doubts) this.#trustedUntil = Math.max(this.#trustedUntil, now + TRUST_MS);
    // Other instances were out of reach as well, and are not gone.
    if (renewed && lapsed) this.#searchedAt = now + this.#lessee.leaseMs;
    // What could not be given back is still ours, unless it has been so long that others may have it.
    if (!renewed && held) for (const { counter, window, amount } of returned) this.#counters.get(counter, window).granted += amount;
  }

  /** Takes from the counters what others may need more; what has lapsed all but what is in use. */
  #idle(now: number, lapsed: boolean, all: boolean): LeasePart[] {
    const returned: LeasePart[] = [];
    for (const counter of this.#counters) {
      const free = lapsed ? counter.granted - counter.open : counter.free;
      const unused = now - counter.usedAt;
      const forgotten = counter.isQuiet && unused > FORGET_MS;
      if (free > 0 && (lapsed || all || forgotten || (unused > TICK_MS && !this.#lessee.alone))) {
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
