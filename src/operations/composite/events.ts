import { AbortedError, KanonError } from '../../canonical/errors.ts';
import type { ChatStreamEvent } from '../chat/chat.ts';
import type { EmbedAnswer } from '../embed.ts';
import type { SentimentAnswer } from '../sentiment.ts';
import type { VisionAnswer } from '../vision.ts';
import type { Branch, PlannedBranch } from './branches.ts';
import type { Composite, CompositeSums } from './composite.ts';
import { interleave } from './interleave.ts';

type BranchEvent =
  | { type: 'chat'; event: ChatStreamEvent }
  | { type: 'sentiment'; answer: SentimentAnswer }
  | { type: 'vision'; index: number; answer: VisionAnswer }
  | { type: 'embed'; answer: EmbedAnswer }
  | { type: 'failed'; branch: Branch; error: KanonError };

/** One event of a streamed composite. `sequence` counts from 0 without gaps; the last is `done`. */
export type CompositeEvent = { sequence: number } & (BranchEvent | { type: 'done'; sums: CompositeSums });

/**
 * Runs the planned branches at once and tells what comes, as it comes. A branch that fails says so and the others
 * go on; `done` is the last event.
 * @throws AbortedError when the caller left
 */
export async function* compositeEvents(composite: Composite, planned: readonly PlannedBranch[]): AsyncGenerator<CompositeEvent> {
  let sequence = 0;
  const branches = planned.flatMap(({ request }) => branchEvents(composite, request));
  for await (const event of interleave(branches)) yield { sequence: sequence++, ...event };
  yield { sequence, type: 'done', sums: composite.sums() };
}

function branchEvents(composite: Composite, request: PlannedBranch['request']): AsyncGenerator<BranchEvent>[] {
  const { branch } = request;
  switch (branch) {
    case 'CHAT':
      return [
        guarded(branch, async function* chat() {
          for await (const event of composite.chatEvents(request)) yield { type: 'chat', event };
        }),
      ];
    case 'SENTIMENT':
      return [guarded(branch, async function* sentiment() {
        yield { type: 'sentiment', answer: await composite.sentiment(request.model) };
      })];
    case 'EMBED':
      return [guarded(branch, async function* embed() {
        yield { type: 'embed', answer: await composite.embed(request.model) };
      })];
    case 'VISION':
      try {
        return composite.vision(request.model).map((answer, index) =>
          guarded(branch, async function* vision() {
            yield { type: 'vision', index, answer: await answer };
          }),
        );
      } catch (error) {
        return [guarded(branch, () => fail(error))];
      }
  }
}

// oxlint-disable-next-line require-yield -- a stream that only fails
async function* fail(error: unknown): AsyncGenerator<BranchEvent> {
  throw error;
}

async function* guarded(branch: Branch, run: () => AsyncGenerator<BranchEvent>): AsyncGenerator<BranchEvent> {
  try {
    yield* run();
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    const known = error instanceof KanonError ? error : new KanonError('INTERNAL', 'Something went wrong in this gateway.', { cause: error });
    yield { type: 'failed', branch, error: known };
  }
}
