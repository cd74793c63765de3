import type { AttemptRecord, CallContext, CallMeta, MaskedCount } from '../canonical/call.ts';
import { uuidv7 } from '../canonical/ids.ts';
import { costAt, priceAt, type PriceSnapshot } from '../canonical/price.ts';
import type { Operation, OperationRequests, SentimentScore } from '../canonical/results.ts';
import { addUsage, NO_USAGE, type Cost, type TokenUsage } from '../canonical/usage.ts';
import type { TraceSpan } from '../canonical/trace.ts';
import type { CallPayload } from '../ledger/ledger.ts';
import type { MaskSession } from '../policy/masking/index.ts';
import { routeContext, type RouteContext } from '../routing/context.ts';
import type { RoutedModel, Target } from '../routing/target.ts';
import type { KeptAnswer } from './caching/kept-answer.ts';

/** One operation asked of one model, on its way through the pipeline. The stages read it and write on it. */
export class Call<O extends Operation = Operation> {
  /** A reservation that was made before the call began gives it its own. */
  id: string;
  readonly startedAt = new Date();
  readonly model: RoutedModel;
  readonly context: CallContext;
  readonly route: RouteContext;
  readonly trace: TraceSpan | null;
  /** The answer is delivered in pieces. */
  readonly stream: boolean;
  readonly operation: O;
  /** A stage may put another in its place: masked, rewritten. */
  request: OperationRequests[O];
  /** The targets that answered, and what each used: one, or of an ensemble those that did. */
  readonly answers: { target: Target; usage: TokenUsage }[] = [];
  /** What was used at a target before the caller left, where none has answered. */
  lost: { target: Target; usage: TokenUsage } | null = null;
  masked: MaskedCount[] = [];
  /** `open`: its content could not be masked, and went on as it is. */
  masking: 'none' | 'done' | 'open' = 'none';
  /** What was taken out of the request by masking, and comes back in the answer; null where nothing was looked for. */
  session: MaskSession | null = null;
  /** The answer is kept for the record, as the target gave it. */
  keepAnswer = false;
  answer = '';
  /** What a sentiment call has answered, merged. */
  sentiment: SentimentScore | null = null;
  payload: CallPayload | null = null;
  readonly warnings: string[];
  /** What is given in place of a model's answer; null where a model is asked. */
  kept: KeptAnswer | null = null;
  /** How many stages it has entered. */
  entered = 0;
  readonly #startedMs = performance.now();
  #firstTokenMs: number | null = null;
  #durationMs: number | null = null;
  #isOver = false;
  #meta: CallMeta | null = null;

  constructor(operation: O, model: RoutedModel, request: OperationRequests[O], context: CallContext, stream: boolean) {
    this.id = context.callId ?? uuidv7();
    this.operation = operation;
    this.model = model;
    this.request = request;
    this.context = context;
    this.warnings = [...(context.warnings ?? [])];
    this.stream = stream;
    this.trace = context.trace?.child(`${operation.toLowerCase()} ${model.name}`) ?? null;
    this.route = routeContext(model, context, this.trace);
  }

  /** Nobody was asked: the answer is one that was given before. */
  get cached(): boolean {
    return this.kept !== null;
  }

  /** Tells which request the call holds. */
  is<K extends Operation>(operation: K): this is Call<K> {
    return this.operation === (operation as Operation);
  }

  /** Of its answer. What attempts used whose answer was lost stands with them. */
  get usage(): TokenUsage {
    const [only] = this.#used;
    if (only !== undefined && this.#used.length === 1) return only.usage;
    return this.#used.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE);
  }

  /**
   * Of its answer, each member of an ensemble at its own price, and of the attempts whose answer was lost: a vendor is
   * paid for those as well. Nobody bills what nobody answered.
   */
  get cost(): Cost {
    const [only] = this.#used;
    if (only !== undefined && this.#used.length === 1 && this.lostAttempts.length === 0) return costAt(only.usage, only.target.price);
    const costs = [...this.#used.map(({ target, usage }) => costAt(usage, target.price)), ...this.lostAttempts.map(({ cost }) => cost ?? { usd: null })];
    // Summed as the ledger does, in whole nano-USD: parts of a cent do not add up otherwise.
    const nano = costs.reduce((sum, { usd }) => sum + Math.round((usd ?? 0) * 1e9), 0);
    return { usd: costs.some(({ usd }) => usd === null) ? null : nano / 1e9 };
  }

  /** Attempts that used something, and whose answer is no part of the call's: cut and asked again, or slower than another. */
  get lostAttempts(): readonly LostAttempt[] {
    const { attempts } = this.route;
    if (attempts.every(({ outcome }) => outcome === 'OK')) return NONE_LOST;
    const unanswered = attempts.flatMap((attempt) => (attempt.outcome === 'OK' || attempt.usage === undefined ? [] : [{ ...attempt, usage: attempt.usage }]));
    // Of an answer that broke off, or that the caller left, the last one is the call's own usage already.
    const brokeOff = this.#used.length > 0 && attempts.every(({ outcome }) => outcome !== 'OK');
    return brokeOff ? unanswered.slice(0, -1) : unanswered;
  }

  /** That of the one target, where there is one. */
  get price(): PriceSnapshot | null {
    const [only, ...others] = this.#used;
    return only === undefined || others.length > 0 ? null : priceAt(only.target.price, only.usage.serviceTier);
  }

  /** Of a service tier whose price nobody has told, where the usual one is known. */
  get tiersWithoutPrice(): string[] {
    return this.#used.flatMap(({ target, usage }) => (target.price !== null && priceAt(target.price, usage.serviceTier) === null ? (usage.serviceTier ?? []) : []));
  }

  get #used(): readonly { target: Target; usage: TokenUsage }[] {
    return this.answers.length === 0 && this.lost !== null ? [this.lost] : this.answers;
  }

  /** The first piece of the answer has come. */
  firstToken(): void {
    this.#firstTokenMs ??= performance.now() - this.#startedMs;
  }

  /** The answer is complete or has failed: the clock stops. */
  ended(): void {
    this.#durationMs ??= performance.now() - this.#startedMs;
  }

  /** It has ended, and what was used is known: from now on it is told the same, but for warnings. */
  over(): void {
    this.ended();
    this.#isOver = true;
  }

  warn(message: string): void {
    if (!this.warnings.includes(message)) this.warnings.push(message);
  }

  /** What the caller is told. */
  meta(): CallMeta {
    if (!this.#isOver) return this.#asNow();
    this.#meta ??= this.#asNow();
    return this.#meta;
  }

  #asNow(): CallMeta {
    const { answers, kept } = this;
    const [only] = answers.length === 1 ? answers : [];
    return {
      id: this.id,
      model: this.model.name,
      provider: kept?.provider ?? only?.target.provider.name ?? [...new Set(answers.map(({ target }) => target.provider.name))].join('+'),
      targetModel: kept?.targetModel ?? only?.target.targetModel ?? answers.map(({ target }) => target.targetModel).join('+'),
      usage: this.usage,
      cost: this.cost,
      durationMs: this.#durationMs ?? performance.now() - this.#startedMs,
      timeToFirstTokenMs: this.operation === 'CHAT' ? this.#firstTokenMs : null,
      cached: this.cached,
      attempts: this.route.attempts,
      masked: this.masked,
      warnings: this.warnings,
    };
  }
}

type LostAttempt = AttemptRecord & { usage: TokenUsage };
const NONE_LOST: readonly LostAttempt[] = [];

/** Whether the text of a call's answer is JSON. */
export function answersInJson(call: Call): boolean {
  return !call.is('CHAT') || (call.request.responseFormat?.type ?? 'text') !== 'text';
}

/** How a call ended. */
export type Outcome = { type: 'ok' } | { type: 'error'; error: unknown } | { type: 'aborted' };
