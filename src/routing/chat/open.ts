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
  readonly #batches: AsyncIterator<readonly ChatChunk[]>;
  /** What came together, and how far it was read. */
  #batch: readonly ChatChunk[];
  #at = 1;

  /** @param batch that came first */
  constructor(attempt: Attempt, first: ChatChunk, batch: readonly ChatChunk[], request: ChatRequest, batches: AsyncIterator<readonly ChatChunk[]>) {
    this.attempt = attempt;
    this.first = this.#told(first);
    this.request = request;
    this.#batch = batch;
    this.#batches = batches;
  }

  /** The next event, if it is here already; null where it has to be waited for. */
  ready(): ChatChunk | null {
    const chunk = this.#batch[this.#at];
    if (chunk === undefined) return null;
    this.#at += 1;
    return this.#told(chunk);
  }

  /** @throws UpstreamFailure when the answer ends without `finish`; whatever the provider throws */
  async next(): Promise<ChatChunk> {
    for (;;) {
      const chunk = this.ready();
      if (chunk !== null) return chunk;
      const next = await this.attempt.deadline.until(this.#batches.next());
      if (next.done === true) throw new UpstreamFailure('cut', 'the answer ended without its terminator');
      this.#batch = next.value;
      this.#at = 0;
    }
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
    void this.#batches.return?.(undefined)?.then(undefined, () => {});
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
  let batches: AsyncIterator<readonly ChatChunk[]> | undefined;
  try {
    const chat = turn.provider.operations.CHAT;
    if (chat === undefined) throw new UpstreamFailure('unsupported', `${turn.provider.name} cannot chat`);
    const { signal } = attempt.deadline;
    const { targetModel, serviceTier, prefill } = turn.target;
    attempt.tier = askedTier(turn.target, request);
    batches = chat(request, { targetModel, serviceTier, signal, stream: inPieces, prefill })[Symbol.asyncIterator]();
    const asked = batches;
    // The request goes out with the first look at its answer.
    const next = await attempt.deadline.until(attempt.asking(() => asked.next()));
    const [first] = next.done === true ? [] : next.value;
    if (next.done === true || first === undefined) throw new UpstreamFailure('cut', 'the answer was empty');
    attempt.progress();
    return new OpenChat(attempt, first, next.value, request, batches);
  } catch (error) {
    try {
      return attempt.failed(error, () => (context.signal.aborted ? estimatedUsage(request, '') : null));
    } finally {
      attempt[Symbol.dispose]();
      void batches?.return?.(undefined)?.then(undefined, () => {});
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
