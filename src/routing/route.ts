import type { ChatChunk, ChatRequest } from '../canonical/chat.ts';
import { AbortedError, KanonError } from '../canonical/errors.ts';
import { UpstreamFailure } from '../canonical/failure.ts';
import type { OperationRequests, UnaryOperation, UnaryReadings } from '../canonical/results.ts';
import type { UnaryAnswer } from '../providers/provider.ts';
import { Attempt, type RouteContext } from './attempt.ts';
import { backoff } from './backoff.ts';
import { untilAborted } from './deadline.ts';
import { decide } from './decide.ts';
import { exhausted } from './exhausted.ts';
import type { RouteModel, RoutedModel, Target } from './target.ts';

/** A provider's answer and the target that it came from. */
export interface MemberReading<O extends UnaryOperation> {
  target: Target;
  reading: UnaryReadings[O];
}

/** Walks the targets of a route and their retries, until `ask` succeeds on one. */
async function walk<T>(model: RouteModel, context: RouteContext, ask: (target: Target) => Promise<T | UpstreamFailure>): Promise<T> {
  const failures: UpstreamFailure[] = [];
  for (const target of model.targets) {
    for (let retry = 0; ; retry++) {
      const answer = await ask(target);
      if (!(answer instanceof UpstreamFailure)) return answer;
      failures.push(answer);
      const decision = decide(answer.kind);
      if (decision === 'stop' || performance.now() >= context.endsAt) throw exhausted(model.name, failures);
      if (decision === 'next' || retry >= model.retries) break;
      await backoff(retry, context.signal).catch((cause: unknown) => {
        throw new AbortedError(cause);
      });
    }
  }
  throw exhausted(model.name, failures);
}

/**
 * Asks the targets of a route for an answer, one after the other.
 * @throws KanonError when none could answer; AbortedError when the caller left
 */
export function routeUnary<O extends UnaryOperation>(
  operation: O,
  model: RouteModel,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<MemberReading<O>> {
  return walk(model, context, (target) => askUnary(operation, model, target, request, context));
}

/** One attempt at a target; a failure is returned, not thrown. */
export async function askUnary<O extends UnaryOperation>(
  operation: O,
  model: RoutedModel,
  target: Target,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<MemberReading<O> | UpstreamFailure> {
  using attempt = new Attempt(model, target, context);
  try {
    const answers: { [K in UnaryOperation]?: UnaryAnswer<K> } = target.provider.operations;
    const answer = answers[operation];
    if (answer === undefined) {
      throw new UpstreamFailure('unsupported', `${target.provider.name} cannot do ${operation.toLowerCase()}`);
    }
    const { signal } = attempt.deadline;
    // A whole answer has no first token: what holds for it is the total.
    attempt.deadline.progress();
    const reading = await untilAborted(answer(request, { targetModel: target.targetModel, signal }), signal);
    attempt.succeeded();
    return { target, reading };
  } catch (error) {
    return attempt.failed(error);
  }
}

/** A chat answer under way, from the first event on. */
export interface RoutedChat {
  target: Target;
  chunks: AsyncIterable<ChatChunk>;
}

/**
 * Asks the targets of a route for a chat answer, one after the other until one has sent its first event. From
 * then on the answer is that target's: what comes is passed on, and a failure ends it.
 * @throws KanonError when none could answer; AbortedError when the caller left. The chunks throw the same.
 */
export function routeChat(model: RouteModel, request: ChatRequest, stream: boolean, context: RouteContext): Promise<RoutedChat> {
  return walk(model, context, async (target) => {
    const attempt = new Attempt(model, target, context);
    try {
      const chat = target.provider.operations.CHAT;
      if (chat === undefined) throw new UpstreamFailure('unsupported', `${target.provider.name} cannot chat`);
      const { signal } = attempt.deadline;
      const chunks = chat(request, { targetModel: target.targetModel, signal, stream })[Symbol.asyncIterator]();
      const first = await untilAborted(chunks.next(), signal);
      if (first.done === true) throw new UpstreamFailure('cut', 'the answer was empty');
      return { target, chunks: rest(attempt, chunks, first.value, context) };
    } catch (error) {
      attempt[Symbol.dispose]();
      return attempt.failed(error);
    }
  });
}

async function* rest(
  attempt: Attempt,
  chunks: AsyncIterator<ChatChunk>,
  first: ChatChunk,
  context: RouteContext,
): AsyncGenerator<ChatChunk> {
  const { signal } = attempt.deadline;
  let ended = false;
  try {
    let chunk = first;
    for (;;) {
      attempt.deadline.progress();
      // The attempt is over with its last event; whoever stops reading there has not cancelled it.
      if (chunk.type === 'finish') {
        ended = true;
        attempt.succeeded();
      }
      yield chunk;
      if (ended) return;
      const next = await untilAborted(chunks.next(), signal);
      if (next.done === true) throw new UpstreamFailure('cut', 'the answer ended without its terminator');
      chunk = next.value;
    }
  } catch (error) {
    ended = true;
    const failure = attempt.failed(error);
    throw new KanonError('STREAM_INTERRUPTED', `The answer broke off before its end: ${failure.message}`, { cause: failure });
  } finally {
    if (!ended) attempt.cancelled(context.signal.aborted ? 'the caller left' : 'the answer was no longer needed');
    attempt[Symbol.dispose]();
    // A provider that hangs in its own clean-up must not hold the caller.
    void chunks.return?.(undefined)?.then(undefined, () => {});
  }
}
