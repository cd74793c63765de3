import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';
import { AbortedError, KanonError } from '../../canonical/errors.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import type { Turn } from '../attempts/attempt.ts';
import type { Walk } from '../attempts/walk.ts';
import type { RouteContext } from '../context.ts';
import { RequestFacts, shapeOf } from '../plan/facts.ts';
import { planRoute } from '../plan/plan.ts';
import type { RouteModel, Target } from '../target.ts';
import { Continuation, withBeginning } from './continue.ts';
import { Delivered } from './delivered.ts';
import { openChat, OpenChat } from './open.ts';
import { openFirst } from './open-first.ts';
import { Splice } from './splice.ts';

/** `restart`: what came before is no part of the answer; it begins anew. Only for callers that can be told. */
export type RoutedChunk = ChatChunk | { type: 'restart' };

/** A chat answer under way, from the first event on. */
export interface RoutedChat {
  /** Whose answer it is; another target's after a rescue. */
  readonly target: Target;
  /** What came together comes together; of a stream `finish` comes alone. */
  readonly batches: AsyncIterable<readonly RoutedChunk[]>;
}

/**
 * Asks the targets of a route for a chat answer. Until one has sent its first event, a failure leads to the next
 * attempt; after that the route's rescue says what becomes of a stream that breaks off.
 * @throws KanonError when none could answer; AbortedError when the caller left. The batches throw the same.
 */
export async function routeChat(model: RouteModel, request: ChatRequest, stream: boolean, context: RouteContext): Promise<RoutedChat> {
  const plan = planRoute(model, new RequestFacts(shapeOf('CHAT', request), context), context);
  const { open, walk } = await openFirst(model, plan, request, stream, context);
  return new ChatJourney(model, request, stream, context, walk, open);
}

class ChatJourney implements RoutedChat {
  target: Target;
  readonly batches: AsyncGenerator<readonly RoutedChunk[]>;
  readonly #model: RouteModel;
  readonly #request: ChatRequest;
  readonly #stream: boolean;
  readonly #context: RouteContext;
  readonly #walk: Walk;
  readonly #delivered = new Delivered();
  readonly #refusedPrefill = new Set<Target>();

  constructor(model: RouteModel, request: ChatRequest, stream: boolean, context: RouteContext, walk: Walk, open: OpenChat) {
    this.#model = model;
    this.#request = request;
    this.#stream = stream;
    this.#context = context;
    this.#walk = walk;
    this.target = open.attempt.turn.target;
    this.batches = this.#run(open);
  }

  async *#run(first: OpenChat): AsyncGenerator<readonly RoutedChunk[]> {
    let open = first;
    let join: Splice | Continuation | null = null;
    let over = false;
    let out: RoutedChunk[] = [];
    try {
      for (;;) {
        let failure: UpstreamFailure;
        try {
          for (let chunk: ChatChunk | null = open.first; ; chunk = open.ready()) {
            if (chunk === null) {
              if (out.length > 0) yield out;
              out = [];
              chunk = await open.next();
            }
            // Whoever stops before the end has not seen it, and the attempt has not come to it.
            if (this.#stream && chunk.type === 'finish' && out.length > 0) {
              yield out;
              out = [];
              open.attempt.deadline.signal.throwIfAborted();
            }
            this.#taken(open, chunk);
            const piece: ChatChunk | 'parted' | null = join === null ? chunk : join.push(chunk);
            if (piece === 'parted') {
              const anew = this.#restart(open, join);
              join = null;
              // What was given again may have been all of it.
              over = chunk.type === 'finish';
              out.push(...anew);
              if (!over) continue;
              yield out;
              return;
            }
            if (piece === null) continue;
            this.#delivered.add(piece);
            // The attempt is over with its last event; whoever stops reading there has not cancelled it.
            over = chunk.type === 'finish';
            out.push(piece);
            if (!over) continue;
            yield out;
            return;
          }
        } catch (error) {
          // What came before it is the caller's all the same.
          if (out.length > 0) yield out;
          out = [];
          if (error instanceof KanonError) throw error;
          failure = open.attempt.failed(error, () => open.lost(this.#delivered.all));
        }
        open.close();
        ({ open, join } = await this.#rescue(open.attempt.turn, failure));
        this.target = open.attempt.turn.target;
      }
    } finally {
      if (!over) open.attempt.cancelled(this.#context.signal.aborted ? 'the caller left' : 'the answer was no longer needed', open.lost(this.#delivered.all));
      open.close();
    }
  }

  #taken({ attempt }: OpenChat, chunk: ChatChunk): void {
    attempt.progress();
    if (chunk.type === 'usage') attempt.usage = chunk.usage;
    else if (chunk.type === 'finish') attempt.succeeded();
  }

  /** The new answer is another one. @throws KanonError STREAM_INTERRUPTED where the caller cannot be told */
  #restart(open: OpenChat, join: Splice | Continuation | null): RoutedChunk[] {
    if (!this.#context.acceptsRestart || !(join instanceof Splice)) {
      open.attempt.cancelled('its answer is not like the part that was delivered', open.lost(''));
      throw interrupted(new UpstreamFailure('cut', 'another answer was not like the part that had been delivered'));
    }
    this.target = open.attempt.turn.target;
    this.#delivered.clear();
    for (const chunk of join.seen) this.#delivered.add(chunk);
    return [{ type: 'restart' }, ...join.seen];
  }

  /** Finds who brings the answer to its end. @throws KanonError STREAM_INTERRUPTED when nobody does; AbortedError */
  async #rescue(turn: Turn, failure: UpstreamFailure): Promise<{ open: OpenChat; join: Splice | Continuation | null }> {
    if (this.#model.rescue === 'off' && this.#isSeen) throw interrupted(failure);
    this.#walk.failed(turn, failure);
    try {
      for (;;) {
        const next = await this.#walk.next();
        const { target } = next;
        const goOn = this.#model.rescue === 'continue' && target.prefill && this.#delivered.isText && !this.#refusedPrefill.has(target);
        const request = goOn ? withBeginning(this.#request, this.#delivered.text) : this.#request;
        const open = await openChat(this.#model, next, request, this.#stream, this.#context);
        if (open instanceof OpenChat) return { open, join: this.#joinFor(goOn) };
        if (goOn && (open.kind === 'bad_request' || open.kind === 'unsupported')) {
          this.#refusedPrefill.add(target);
          this.#walk.repeat(target);
        } else this.#walk.failed(next, open);
      }
    } catch (error) {
      if (error instanceof AbortedError || !this.#isSeen) throw error;
      throw interrupted(failure);
    }
  }

  /** The caller has seen a part of the answer. */
  get #isSeen(): boolean {
    return this.#stream && !this.#delivered.isEmpty;
  }

  #joinFor(goOn: boolean): Splice | Continuation | null {
    if (goOn) return new Continuation(this.#delivered.text);
    return this.#delivered.isEmpty ? null : new Splice(this.#delivered);
  }
}

function interrupted(failure: UpstreamFailure): KanonError {
  return new KanonError('STREAM_INTERRUPTED', `The answer broke off before its end: ${failure.message}`, { cause: failure });
}
