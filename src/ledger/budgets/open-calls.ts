import type { AskStore } from '../store/ask.ts';
import type { Attempts } from './attempts.ts';
import type { Charge, Lessee, Opened, OpenReservation } from './charge.ts';

/** Milliseconds after which a call that is still under way is written down: most are over before. */
const WRITE_MS = 10;

/**
 * The calls under way, written down so that they are found should this process die, and the settled ones until their
 * charges are in the store.
 */
export class OpenCalls {
  readonly #store: AskStore;
  readonly #lessee: Lessee;
  readonly #attempts: Attempts;
  /** What each is charged with when nothing else becomes known of it. */
  #unwritten = new Map<string, Charge[]>();
  /** These are to be closed in the store as well. */
  readonly #written = new Set<string>();
  /** These are settled only after that, or they would stay open in the store. */
  readonly #beingWritten = new Set<string>();
  readonly #settled = new Map<string, { charges: Charge[]; at: number }>();
  #timer: NodeJS.Timeout | null = null;
  #due: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: AskStore, lessee: Lessee, attempts: Attempts) {
    this.#store = store;
    this.#lessee = lessee;
    this.#attempts = attempts;
  }

  /**
   * From now on they are written along with what somebody else commits: one commit costs as much as many of them.
   * @param due asks for a commit
   */
  goAlong(due: () => void): void {
    this.#due = due;
  }

  opened(callId: string, charges: Charge[]): void {
    this.#unwritten.set(callId, charges);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#due === null) this.#writing = this.#write();
      else this.#due();
    }, WRITE_MS);
  }

  /**
   * Lets a commit take those along that are not written down yet. The records of these calls must be committed after it.
   * @throws what the commit throws; they wait for the next one then
   */
  async along(commit: (opened: Opened) => Promise<void>): Promise<void> {
    const open = this.#takeUnwritten();
    try {
      await commit({ lessee: this.#lessee, reservations: open });
    } catch (error) {
      if (open.length > 0) await this.#attempts.make('write down reservations', () => Promise.reject(error));
      for (const { id, charges } of open) {
        if (this.#written.delete(id) && !this.#settled.has(id)) this.opened(id, charges);
      }
      throw error;
    }
  }

  settled(callId: string, charges: Charge[]): void {
    this.#unwritten.delete(callId);
    if (charges.length > 0 || this.#written.has(callId)) this.#settled.set(callId, { charges, at: Date.now() });
  }

  /** What a settled call is charged with; once. Null also while it is just being written down: then it is settled apart. */
  take(callId: string): Charge[] | null {
    const settled = this.#settled.get(callId);
    if (settled === undefined || this.#beingWritten.has(callId)) return null;
    this.#settled.delete(callId);
    this.#written.delete(callId);
    return settled.charges;
  }

  /** A call that was settled before a time still waits for its charges to be taken to the store. @param time milliseconds since 1970 */
  hasSettledBefore(time: number): boolean {
    for (const { at } of this.#settled.values()) if (at <= time) return true;
    return false;
  }

  /** Charges the calls that were settled before a time, and whose record did not take the charges with it. */
  async settleRest(before: number): Promise<void> {
    const rest = [...this.#settled].filter(([id, { at }]) => at <= before && !this.#beingWritten.has(id));
    if (rest.length === 0) return;
    for (const [id] of rest) this.#settled.delete(id);
    const settled = rest.map(([id, { charges }]) => ({ id, charges }));
    const done = await this.#attempts.make('settle what was used', () => this.#store.ask('settle', this.#lessee.instance, settled));
    for (const [id, entry] of rest) {
      if (done) this.#written.delete(id);
      else this.#settled.set(id, entry);
    }
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#writing;
    await this.settleRest(Number.POSITIVE_INFINITY);
  }

  async #write(): Promise<void> {
    const open = this.#takeUnwritten();
    if (open.length === 0) return;
    for (const { id } of open) this.#beingWritten.add(id);
    await this.#attempts.make('write down reservations', () => this.#store.ask('openReservations', this.#lessee, open));
    for (const { id } of open) this.#beingWritten.delete(id);
  }

  #takeUnwritten(): OpenReservation[] {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const open = [...this.#unwritten].map(([id, charges]) => ({ id, charges }));
    this.#unwritten = new Map();
    for (const { id } of open) this.#written.add(id);
    return open;
  }
}
