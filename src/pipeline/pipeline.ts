import type { CallContext, CallMeta } from '../canonical/call.ts';
import type { ChatChunk, ChatRequest } from '../canonical/chat.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import type { OperationRequests, SentimentScore, UnaryOperation } from '../canonical/results.ts';
import { NO_USAGE } from '../canonical/usage.ts';
import { routeChat, type RoutedChunk } from '../routing/chat/route-chat.ts';
import { askEnsemble } from '../routing/ensemble.ts';
import { routeUnary, type MemberReading } from '../routing/route.ts';
import type { RoutedModel, Target } from '../routing/target.ts';
import type { Log } from '../telemetry/log.ts';
import { Call, type Outcome } from './call.ts';
import { settleChat, settleLost, usageOf } from './settle.ts';
import { readingText } from './payload/texts.ts';
import type { Moderation } from './guarding/moderate.ts';
import type { ChatFilter, Stage } from './stage.ts';
import { endTrace, traced } from './tracing.ts';

/**
 * What comes out of a chat call: its pieces, then once how it came about. After `restart` the answer begins anew, and
 * what came before is no part of it.
 */
export type ChatEvent = Exclude<ChatChunk, { type: 'usage' | 'warning' }> | { type: 'restart' } | { type: 'meta'; meta: CallMeta };

export interface UnaryAnswer<O extends UnaryOperation> {
  /** One, or of an ensemble those that answered. */
  members: MemberReading<O>[];
  meta: CallMeta;
}

/** What a chat answer comes out of; without a target it is one that was given before. */
interface Answering {
  readonly target: Target | null;
  readonly batches: AsyncIterable<readonly RoutedChunk[]>;
}

/**
 * The one path that every call of a model takes, whichever transport it came by: through the stages to a target,
 * and back through them.
 */
export class Pipeline {
  readonly #stages: readonly Stage[];
  /** The way back. */
  readonly #reversed: readonly Stage[];
  /** Those that look at the pieces of an answer. */
  readonly #watching: readonly Watching[];
  /** Those that change them, on the way back. */
  readonly #filtering: readonly Filtering[];
  readonly #log: Log;

  /** @param stages in the order in which a call enters them */
  constructor(stages: readonly Stage[], log: Log) {
    this.#stages = stages;
    this.#reversed = stages.toReversed();
    this.#watching = stages.filter((stage): stage is Watching => stage.progress !== undefined);
    this.#filtering = this.#reversed.filter((stage): stage is Filtering => stage.chatFilter !== undefined);
    this.#log = log;
  }

  /**
   * Asks a chat model. What came together comes together; without `stream` all of it does. Ends with `meta`, right after
   * `finish`; whoever stops reading before has cancelled the call.
   * @throws KanonError, AbortedError
   */
  async *chat(model: RoutedModel, request: ChatRequest, stream: boolean, context: CallContext): AsyncGenerator<readonly ChatEvent[]> {
    if (model.kind !== 'route') throw new KanonError('INTERNAL', `"${model.name}" is an ensemble, and chat has none.`);
    const call = new Call('CHAT', model, request, context, stream);
    let outcome: Outcome = { type: 'aborted' };
    const answer: string[] = [];
    let out: ChatEvent[] = [];
    try {
      await this.#enter(call);
      let filters = this.#filters(call);
      const routed: Answering = call.kept ?? (await routeChat(model, call.request, stream, call.route));
      const answered = routed.target === null ? null : { target: routed.target, usage: NO_USAGE };
      if (answered !== null) call.answers.push(answered);
      for await (const batch of routed.batches) {
        if (answered !== null && routed.target !== null) answered.target = routed.target;
        for (const chunk of batch) {
          if (chunk.type === 'usage') {
            if (answered !== null) answered.usage = chunk.usage;
          } else if (chunk.type === 'warning') call.warn(chunk.message);
          // They spell the answer out as the vendor gave it, past whatever changes or stops it here.
          else if (chunk.type === 'logprobs' && filters.length > 0) call.warn('The probabilities of tokens were left out: the answer is filtered on its way.');
          else if (chunk.type === 'restart') {
            answer.length = 0;
            filters = this.#filters(call);
            out.push(chunk);
          } else {
            if (chunk.type === 'text' || chunk.type === 'reasoning') answer.push(chunk.text);
            else if (chunk.type === 'toolCallDelta') answer.push(chunk.arguments);
            call.firstToken();
            for (const stage of this.#watching) {
              const wait = stage.progress(call, chunk);
              if (wait === null) continue;
              if (stream && out.length > 0) {
                // It may fail while the reader is slow.
                wait.catch(() => {});
                yield out;
                out = [];
              }
              await wait;
            }
            // `finish` waits until the record is durable: nobody sees an end that is not in the ledger.
            if (filters.length > 0) {
              for (const event of through(filters, chunk)) if (isShown(event)) out.push(event);
            } else if (chunk.type !== 'finish') out.push(chunk);
            if (chunk.type === 'finish') {
              if (stream && out.length > 0) {
                yield out;
                out = [];
              }
              settleChat(call, answer, true);
              outcome = { type: 'ok' };
              await this.#leave(call, outcome);
              out.push(chunk, { type: 'meta', meta: call.meta() });
              yield out;
              return;
            }
          }
        }
        if (stream && out.length > 0) {
          yield out;
          out = [];
        }
      }
    } catch (error) {
      // What came before it is the reader's all the same.
      if (stream && out.length > 0) yield out;
      outcome = error instanceof AbortedError ? { type: 'aborted' } : { type: 'error', error };
      throw error;
    } finally {
      if (outcome.type !== 'ok') {
        settleChat(call, answer, false);
        if (outcome.type === 'aborted') settleLost(call);
        await this.#leave(call, outcome);
      }
    }
  }

  /**
   * Asks a model that answers whole.
   * @param scoreOf what the record keeps of the answer, beside its payload
   * @throws KanonError, AbortedError
   */
  async unary<O extends UnaryOperation>(
    operation: O,
    model: RoutedModel,
    request: OperationRequests[O],
    context: CallContext,
    scoreOf?: (members: readonly MemberReading<O>[]) => SentimentScore,
  ): Promise<UnaryAnswer<O>> {
    const call = new Call(operation, model, request, context, false);
    let outcome: Outcome = { type: 'aborted' };
    try {
      await this.#enter(call);
      const { kept } = call;
      const members = kept === null ? await this.#ask(call) : kept.readings(operation, model.targets);
      // Whatever becomes of the answers, they are paid for.
      if (kept === null) for (const member of members) call.answers.push({ target: member.target, usage: usageOf(call, operation, member) });
      for (const member of members) {
        for (const warning of member.reading.warnings) call.warn(warning);
        if (call.keepAnswer) call.answer += `${readingText(operation, member.reading)}\n`;
        for (const stage of this.#reversed) {
          if (stage.reading !== undefined) member.reading = await stage.reading(call, operation, member.reading);
        }
      }
      call.sentiment = scoreOf?.(members) ?? null;
      outcome = { type: 'ok' };
      call.ended();
      await this.#leave(call, outcome);
      return { members, meta: call.meta() };
    } catch (error) {
      if (outcome.type !== 'ok') {
        outcome = error instanceof AbortedError ? { type: 'aborted' } : { type: 'error', error };
        if (outcome.type === 'aborted') settleLost(call);
        await this.#leave(call, outcome);
      }
      throw error;
    }
  }

  /**
   * What the guardrails of the principal's policy say of texts; null where it has none.
   * @throws KanonError, AbortedError
   */
  async moderate(texts: readonly string[], context: CallContext): Promise<Moderation | null> {
    for (const stage of this.#stages) {
      const moderation = (await stage.moderate?.(texts, context)) ?? null;
      if (moderation !== null) return moderation;
    }
    return null;
  }

  async #ask<O extends UnaryOperation>(call: Call<O>): Promise<MemberReading<O>[]> {
    const { operation, model, request, route } = call;
    if (model.kind === 'route') return [await routeUnary(operation, model, request, route)];
    const { members, warnings } = await askEnsemble(operation, model, request, route);
    for (const warning of warnings) call.warn(warning);
    return members;
  }

  async #enter(call: Call): Promise<void> {
    for (const stage of this.#stages) {
      call.entered += 1;
      if (stage.enter === undefined) continue;
      // Most stages are done at once, and a turn of the microtasks for each of them adds up.
      const entering = call.trace === null ? stage.enter(call) : traced(call.trace, stage.name, () => stage.enter?.(call));
      if (entering !== undefined) await entering;
    }
  }

  async #leave(call: Call, outcome: Outcome): Promise<void> {
    call.over();
    for (const tier of call.tiersWithoutPrice) call.warn(`The price of the service tier "${tier}" is not known, and so is not what the call cost.`);
    const entered = call.entered === this.#stages.length ? this.#reversed : this.#stages.slice(0, call.entered).reverse();
    for (const stage of entered) {
      if (stage.leave === undefined) continue;
      try {
        const leaving = stage.leave(call, outcome);
        if (leaving !== undefined) await leaving;
      } catch (error) {
        // An answer that is there is not lost because its book-keeping failed; the operator is told.
        this.#log.error({ err: error, stage: stage.name, callId: call.id, requestId: call.context.requestId }, 'a stage failed on the way back');
      }
    }
    if (call.trace !== null) endTrace(call, call.trace, outcome);
    call.context.onSettled?.(call.meta());
  }

  #filters(call: Call): ChatFilter[] {
    const filters: ChatFilter[] = [];
    for (const stage of this.#filtering) {
      const filter = stage.chatFilter(call);
      if (filter !== null) filters.push(filter);
    }
    return filters;
  }
}

type Watching = Stage & Required<Pick<Stage, 'progress'>>;
type Filtering = Stage & Required<Pick<Stage, 'chatFilter'>>;
type Shown = Exclude<ChatChunk, { type: 'usage' | 'warning' | 'finish' }>;

function isShown(chunk: ChatChunk): chunk is Shown {
  return chunk.type !== 'finish' && chunk.type !== 'usage' && chunk.type !== 'warning';
}

function through(filters: readonly ChatFilter[], chunk: ChatChunk): readonly ChatChunk[] {
  let chunks: readonly ChatChunk[] | null = null;
  for (const filter of filters) {
    if (chunks === null) chunks = filter.push(chunk);
    else if (chunks.length > 0) chunks = chunks.flatMap((piece) => filter.push(piece));
  }
  return chunks ?? [chunk];
}
