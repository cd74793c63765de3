import type { CallContext, CallPlan, Principal } from '../../canonical/call.ts';
import { estimateTokens } from '../../canonical/estimate.ts';
import type { Config } from '../../config/config.ts';
import type { BudgetLimit, Budgets, BudgetStatus, BudgetUse } from '../../ledger/ledger.ts';
import type { Call } from '../call.ts';
import type { Stage } from '../stage.ts';
import { CallReservation, stopped } from './call-reservation.ts';
import { mostOf, moreOutput, outputOf, sizeOf } from './estimate.ts';
import { failsOpen, limitsOf } from './limits-of.ts';
import { OperationPlan, type PlannedCall } from './operation-plan.ts';
import { SeenBudgets } from './seen.ts';
import { usedBy } from './used.ts';

/** A call under way that limits hold for. */
interface Open {
  reservation: CallReservation;
  /** Tokens of its answer so far, estimated, and how many are reserved. */
  output: number;
  reservedOutput: number;
  /** How many more are reserved at a time. */
  step: number;
}

/** Least tokens that are reserved at a time for an answer that goes on. */
const LEAST_STEP = 16;
const LARGEST_STEP = 4_096;

/** Limits and budgets of calls: reserved before a model is asked, settled with what was used. */
export class Spending {
  readonly #budgets: Budgets;
  readonly #config: () => Config;
  /** Reserved for calls that have not begun, by the id of the call. */
  readonly #planned = new Map<string, CallReservation>();
  readonly #seen = new SeenBudgets();
  readonly #open = new WeakMap<Call, Open>();
  /** Stands after those that refuse, so that a call that may not be made reserves nothing. */
  readonly stage: Stage = {
    name: 'reserve',
    enter: (call) => {
      const limits = limitsOf(this.#config(), call.context.principal, call.model.name);
      return limits.length === 0 ? undefined : this.#enter(call, limits);
    },
    progress: (call, chunk) => {
      const open = this.#open.get(call);
      if (open === undefined || call.cached) return null;
      if (chunk.type === 'text' || chunk.type === 'reasoning' || chunk.type === 'refusal') open.output += estimateTokens(chunk.text);
      else if (chunk.type === 'toolCallDelta') open.output += estimateTokens(chunk.arguments);
      return open.output <= open.reservedOutput ? null : this.#goOn(call, open);
    },
    leave: (call) => this.#open.get(call)?.reservation.settle(usedBy(call)),
  };

  /** @param config as it is now */
  constructor(budgets: Budgets, config: () => Config) {
    this.#budgets = budgets;
    this.#config = config;
  }

  /** For the calls of one operation of a caller, and to be released when it is over; null where no limit can hold. */
  plan({ principal }: CallContext): OperationPlan | null {
    const config = this.#config();
    if (config.budgets.length === 0 && limitsOf(config, principal, null).length === 0) return null;
    return new OperationPlan({
      reserve: (calls) => this.#reserve(principal, calls),
      release: (callId) => {
        this.#planned.get(callId)?.settle({ usd: 0, tokens: 0, requests: 0 });
        this.#planned.delete(callId);
      },
    });
  }

  /** Where the limits of a principal stand, those of single models left out. */
  async standing(principal: Principal): Promise<BudgetStatus[]> {
    return await this.#budgets.status(limitsOf(this.#config(), principal, null));
  }

  /** Where the budgets stand that calls of late were under. */
  async budgetsOfLate(): Promise<BudgetStatus[]> {
    return await this.#budgets.statusAsKnown([...this.#seen]);
  }

  /** The config says something else of budgets now. */
  limitsChanged(): void {
    this.#seen.clear();
  }

  async #enter(call: Call, limits: readonly BudgetLimit[]): Promise<void> {
    const { model, operation } = call;
    this.#seen.add(limits);
    const size = sizeOf(operation, call.request);
    const most = mostOf(model, size);
    const planned = call.context.plan === undefined ? null : await this.#claim(call, call.context.plan);
    const reservation = planned ?? (await this.#reserveOne(call, limits, most));
    const reservedOutput = outputOf(model, size);
    const step = Math.min(LARGEST_STEP, Math.max(LEAST_STEP, Math.ceil(reservedOutput / 4)));
    this.#open.set(call, { reservation, output: 0, reservedOutput, step: size.maxOutput === null ? Math.max(LEAST_STEP, reservedOutput) : step });
    for (const warning of reservation.warnings) call.warn(warning);
    if (most.usd === null && limits.some(({ unit }) => unit === 'USD')) {
      call.warn(`The price of "${model.name}" is not known, so that its calls do not count in budgets of USD.`);
    }
    const covering = reservation.cover(most);
    if (covering !== null) await covering;
  }

  /** What was reserved for the call before it began; null where nothing was. */
  async #claim(call: Call, plan: CallPlan): Promise<CallReservation | null> {
    const callId = await plan.claim(call.operation, call.model.name);
    const planned = callId === null ? undefined : this.#planned.get(callId);
    if (planned === undefined) return null;
    this.#planned.delete(planned.callId);
    call.id = planned.callId;
    return planned;
  }

  async #reserveOne(call: Call, limits: readonly BudgetLimit[], most: BudgetUse): Promise<CallReservation> {
    const failOpen = failsOpen(this.#config(), call.context.principal);
    const [first] = await this.#budgets.reserve([{ callId: call.id, limits, estimate: most }], failOpen);
    if (first === undefined) throw new RangeError('One reservation was asked for, and none came.');
    return new CallReservation(this.#budgets, limits, failOpen, first);
  }

  /** All of them, or none. @throws KanonError */
  async #reserve(principal: Principal, calls: readonly PlannedCall[]): Promise<void> {
    const config = this.#config();
    const failOpen = failsOpen(config, principal);
    const requests = calls.map(({ callId, model, size }) => ({ callId, limits: limitsOf(config, principal, model.name), estimate: mostOf(model, size) }));
    const reservations = await this.#budgets.reserve(requests.filter(({ limits }) => limits.length > 0), failOpen);
    for (const first of reservations) {
      const limits = requests.find(({ callId }) => callId === first.callId)?.limits ?? [];
      this.#planned.set(first.callId, new CallReservation(this.#budgets, limits, failOpen, first));
    }
  }

  /** The answer is longer than what was reserved for it. @throws KanonError when no more can be reserved */
  async #goOn(call: Call, open: Open): Promise<void> {
    const step = Math.max(open.step, open.output - open.reservedOutput);
    try {
      await open.reservation.extend(moreOutput(call.model, step, call.is('CHAT') ? call.request : undefined));
    } catch (error) {
      throw stopped(error);
    }
    open.reservedOutput += step;
  }
}
