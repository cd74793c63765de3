import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallPlan } from '../../canonical/call.ts';
import { uuidv7 } from '../../canonical/ids.ts';
import type { Operation } from '../../canonical/results.ts';
import type { RoutedModel } from '../../routing/target.ts';
import type { CallSize } from './estimate.ts';

/** A call that is known before it begins. */
export interface PlannedCall {
  callId: string;
  operation: Operation;
  model: RoutedModel;
  size: CallSize;
}

interface Entry extends PlannedCall {
  claimed: boolean;
  state: 'planned' | 'reserved' | { refused: unknown };
}

/** Reserves calls, all or none, and gives back what was reserved for one. */
export interface Reserver {
  reserve(calls: readonly PlannedCall[]): Promise<void>;
  release(callId: string): void;
}

/**
 * The calls of one operation of a caller. Those that are planned within one turn of the event loop are reserved
 * together, when the first of them is about to begin.
 */
export class OperationPlan implements CallPlan {
  readonly #reserver: Reserver;
  readonly #entries: Entry[] = [];
  #round: Promise<void> | null = null;
  #over = false;

  constructor(reserver: Reserver) {
    this.#reserver = reserver;
  }

  add(operation: Operation, model: RoutedModel, size: CallSize): void {
    // Texts to embed by one model become one call.
    const same = operation === 'EMBED' ? this.#entries.find((entry) => entry.operation === 'EMBED' && entry.model === model && entry.state === 'planned') : undefined;
    if (same === undefined) this.#entries.push({ callId: uuidv7(), operation, model, size, claimed: false, state: 'planned' });
    else same.size = { ...same.size, input: same.size.input + size.input };
  }

  async claim(operation: Operation, model: string): Promise<string | null> {
    const entry = this.#entries.find((one) => !one.claimed && one.operation === operation && one.model.name === model);
    if (entry === undefined) return null;
    entry.claimed = true;
    while (entry.state === 'planned') {
      this.#round ??= this.#reserve();
      await this.#round;
    }
    if (typeof entry.state === 'object') throw entry.state.refused;
    return entry.callId;
  }

  /** The operation is over: what was reserved and never began is given back. */
  release(): void {
    this.#over = true;
    for (const entry of this.#entries) if (!entry.claimed) this.#free(entry);
  }

  async #reserve(): Promise<void> {
    // Fields beside each other are resolved in the same turn.
    await nextTurn();
    this.#round = null;
    const planned = this.#entries.filter(({ state }) => state === 'planned');
    try {
      await this.#reserver.reserve(planned);
      for (const entry of planned) entry.state = 'reserved';
    } catch (error) {
      for (const entry of planned) entry.state = { refused: error };
    }
    if (this.#over) this.release();
  }

  #free(entry: Entry): void {
    entry.claimed = true;
    if (entry.state === 'reserved') this.#reserver.release(entry.callId);
  }
}
