import type { AskStore } from '../store/ask.ts';
import type { Attempts } from './attempts.ts';
import type { Lessee } from './charge.ts';
import type { Counters, LocalCounter } from './counter.ts';
import type { OpenCalls } from './open-calls.ts';

/** Milliseconds after which what was used has come to the store, or waits in its journal. */
const ON_ITS_WAY_MS = 900;

type Amounts = ReadonlyMap<LocalCounter, number>;

/**
 * Use that no lease has paid for, as calls were let in while nobody could be asked. Until the store has recorded it,
 * leases must have room for it as well, or it could be spent once more; then that room is given back.
 */
export class Unrecorded {
  readonly #store: AskStore;
  readonly #lessee: Lessee;
  readonly #counters: Counters;
  readonly #calls: OpenCalls;
  readonly #attempts: Attempts;
  /** What is asked about next. */
  #noted: { at: number; amounts: Amounts } | null = null;

  constructor(rooms: { store: AskStore; lessee: Lessee; counters: Counters; calls: OpenCalls; attempts: Attempts }) {
    this.#store = rooms.store;
    this.#lessee = rooms.lessee;
    this.#counters = rooms.counters;
    this.#calls = rooms.calls;
    this.#attempts = rooms.attempts;
  }

  /** Gives back the room of what is recorded by now. To be called now and then. Never throws. */
  async giveBack(): Promise<void> {
    this.#noted ??= this.#note();
    if (this.#noted === null || Date.now() - this.#noted.at < ON_ITS_WAY_MS) return;
    const { at, amounts } = this.#noted;
    const recorded = !this.#calls.hasSettledBefore(at) && (await this.#store.ask('caughtUp').catch(() => false));
    // What is not recorded is noted anew together with what was used since: it is over at once when the store is back.
    if (recorded) await this.#attempts.make('give back leases', () => this.#giveBack(amounts));
    this.#noted = this.#note();
  }

  /** @throws Error when the store does not answer */
  async #giveBack(amounts: Amounts): Promise<void> {
    const given = [...amounts].map(([counter, amount]) => {
      counter.unrecorded -= amount;
      return { counter, amount: counter.giveUp(amount) };
    });
    try {
      await this.#store.ask(
        'renewLeases',
        this.#lessee,
        given.map(({ counter, amount }) => ({ counter: counter.name, window: counter.windowId, amount })),
      );
    } catch (error) {
      for (const { counter, amount } of given) counter.granted += amount;
      for (const [counter, amount] of amounts) counter.unrecorded += amount;
      throw error;
    }
  }

  #note(): { at: number; amounts: Amounts } | null {
    const amounts = new Map<LocalCounter, number>();
    for (const counter of this.#counters) if (counter.unrecorded > 0) amounts.set(counter, counter.unrecorded);
    return amounts.size === 0 ? null : { at: Date.now(), amounts };
  }
}
