import type { ChatChunk, ChatRequest } from '../../canonical/chat.ts';
import { estimatedUsage } from '../../canonical/estimate.ts';
import { UpstreamFailure } from '../../canonical/failure.ts';
import type { TokenUsage } from '../../canonical/usage.ts';
import { Attempt, type Turn } from '../attempts/attempt.ts';
import type { RouteContext } from '../context.ts';
import { askedTier, withTier } from '../service-tier.ts';
import type { RouteDeadlines, RouteModel, Target } from '../target.ts';

/** An attempt that has sent its first event. Must be read to its end or closed. */
export class OpenChat {
  readonly attempt: Attempt;
  readonly first: ChatChunk;
  /** What was asked, which may be more than the caller's request: an answer to go on with. */
  readonly request: ChatRequest;
  readonly #chunks: AsyncIterator<ChatChunk>;

  constructor(attempt: Attempt, first: ChatChunk, request: ChatRequest, chunks: AsyncIterator<ChatChunk>) {
    this.attempt = attempt;
    this.first = this.#told(first);
    this.request = request;
    this.#chunks = chunks;
  }

  /** @throws UpstreamFailure when the answer ends without `finish`; whatever the provider throws */
  async next(): Promise<ChatChunk> {
    const next = await this.attempt.deadline.until(this.#chunks.next());
    if (next.done === true) throw new UpstreamFailure('cut', 'the answer ended without its terminator');
    return this.#told(next.value);
  }

  /** Usage is at the price of the tier that was asked for, where the vendor does not say which it was. */
  #told(chunk: ChatChunk): ChatChunk {
    return chunk.type === 'usage' ? { type: 'usage', usage: withTier(chunk.usage, this.attempt.tier) } : chunk;
  }

  /** What the vendor has probably counted, when this much of the answer has come. */
  lost(answer: string): TokenUsage {
    return estimatedUsage(this.request, answer);
  }

  /** Frees what the attempt holds. */
  close(): void {
    this.attempt[Symbol.dispose]();
    // A provider that hangs in its own clean-up must not hold the caller.
    void this.#chunks.return?.(undefined)?.then(undefined, () => {});
  }
}

/**
 * Asks a target, and waits for the first event of its answer. A failure is returned, not thrown.
 * @throws AbortedError when the caller left; KanonError when the request itself is at fault
 */
export async function openChat(
  model: RouteModel,
  turn: Turn,
  request: ChatRequest,
  stream: boolean,
  context: RouteContext,
): Promise<OpenChat | UpstreamFailure> {
  const inPieces = stream || asksInPieces(model, turn.target, request.maxTokens);
  const attempt = new Attempt(model, turn, context, inPieces, inPieces || model.askInPieces === 'auto' ? model.deadlines : totalOnly(model.deadlines));
  let chunks: AsyncIterator<ChatChunk> | undefined;
  try {
    const chat = turn.provider.operations.CHAT;
    if (chat === undefined) throw new UpstreamFailure('unsupported', `${turn.provider.name} cannot chat`);
    const { signal } = attempt.deadline;
    const { targetModel, serviceTier, prefill } = turn.target;
    attempt.tier = askedTier(turn.target, request);
    chunks = chat(request, { targetModel, serviceTier, signal, stream: inPieces, prefill })[Symbol.asyncIterator]();
    const asked = chunks;
    // The request goes out with the first look at its answer.
    const first = await attempt.deadline.until(attempt.asking(() => asked.next()));
    if (first.done === true) throw new UpstreamFailure('cut', 'the answer was empty');
    attempt.progress();
    return new OpenChat(attempt, first.value, request, chunks);
  } catch (error) {
    try {
      return attempt.failed(error, () => (context.signal.aborted ? estimatedUsage(request, '') : null));
    } finally {
      attempt[Symbol.dispose]();
      void chunks?.return?.(undefined)?.then(undefined, () => {});
    }
  }
}

/** A long answer (tokens), where the request does not bound it. */
const LONG_ANSWER = 2_000;
/** A target is quick when even a long answer takes no more than this share of the time to its first token. */
const QUICK_SHARE = 0.25;

function asksInPieces({ askInPieces, deadlines }: RouteModel, { state }: Target, maxTokens: number | null): boolean {
  if (askInPieces !== 'auto') return askInPieces === 'always';
  return !state.latency.isWithin(deadlines.firstTokenMs * QUICK_SHARE, maxTokens ?? LONG_ANSWER);
}

/** Of an answer that comes whole nothing is heard until its end. */
function totalOnly({ totalMs }: RouteDeadlines): RouteDeadlines {
  return { firstTokenMs: totalMs, idleMs: totalMs, totalMs };
}
