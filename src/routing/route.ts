import { estimateImages, INSTRUCTION_TOKENS } from '../canonical/estimate.ts';
import { UpstreamFailure } from '../canonical/failure.ts';
import type { OperationRequests, UnaryOperation, UnaryReadings } from '../canonical/results.ts';
import { NO_USAGE, type TokenUsage } from '../canonical/usage.ts';
import type { UnaryAnswer } from '../providers/provider.ts';
import { Attempt, type Turn } from './attempts/attempt.ts';
import { Walk } from './attempts/walk.ts';
import type { RouteContext } from './context.ts';
import { firstOf, isFinalForHedge } from './first-of.ts';
import { RequestFacts, shapeOf } from './plan/facts.ts';
import { planRoute } from './plan/plan.ts';
import { askedTier, withTier } from './service-tier.ts';
import type { RouteModel, RoutedModel, Target } from './target.ts';

/** A provider's answer and the target that it came from. */
export interface MemberReading<O extends UnaryOperation> {
  target: Target;
  reading: UnaryReadings[O];
}

/**
 * Asks the targets of a route for an answer: one after the other, with a second one beside a late first, or all at once.
 * @throws KanonError when none could answer; AbortedError when the caller left
 */
export async function routeUnary<O extends UnaryOperation>(
  operation: O,
  model: RouteModel,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<MemberReading<O>> {
  const { targets, forRefusals } = planRoute(model, new RequestFacts(shapeOf(operation, request), context), context);
  const along = async (own: readonly Target[], branch: RouteContext): Promise<MemberReading<O>> => {
    const walk = new Walk(model, branch, own, forRefusals);
    for (;;) {
      const turn = await walk.next();
      const answer = await askUnary(operation, model, turn, request, branch);
      if (!(answer instanceof UpstreamFailure)) return answer;
      walk.failed(turn, answer);
    }
  };
  const ways = waysOf(model, targets);
  if (ways.length === 1) return along(targets, context);
  return firstOf(
    ways.map((own) => (signal: AbortSignal) => along(own, { ...context, signal })),
    { afterMs: model.strategy === 'race' ? 0 : (model.hedgeMs ?? 0), signal: context.signal, discard: () => {}, isFinal: model.strategy === 'race' ? () => false : isFinalForHedge },
  );
}

/** The targets, parted into those that may be asked at the same time. */
function waysOf({ strategy, hedgeMs }: RouteModel, targets: readonly Target[]): readonly (readonly Target[])[] {
  if (strategy === 'race') return targets.map((target) => [target]);
  const [first, ...others] = targets;
  return hedgeMs === null || first === undefined || others.length === 0 ? [targets] : [[first], others];
}

/** One attempt at a target; a failure is returned, not thrown. */
export async function askUnary<O extends UnaryOperation>(
  operation: O,
  model: RoutedModel,
  turn: Turn,
  request: OperationRequests[O],
  context: RouteContext,
): Promise<MemberReading<O> | UpstreamFailure> {
  using attempt = new Attempt(model, turn, context, false);
  try {
    const answers: { [K in UnaryOperation]?: UnaryAnswer<K> } = turn.provider.operations;
    const answer = answers[operation];
    if (answer === undefined) {
      throw new UpstreamFailure('unsupported', `${turn.provider.name} cannot do ${operation.toLowerCase()}`);
    }
    const { signal } = attempt.deadline;
    const { targetModel, serviceTier } = turn.target;
    attempt.tier = askedTier(turn.target);
    const reading = await attempt.deadline.until(attempt.asking(() => answer(request, { targetModel, serviceTier, signal })));
    attempt.usage = withTier(reading.usage, attempt.tier);
    attempt.succeeded();
    return { target: turn.target, reading: { ...reading, usage: attempt.usage } };
  } catch (error) {
    return attempt.failed(error, () => (context.signal.aborted ? readBy(operation, request) : null));
  }
}

/** What the vendor has probably read of a request whose answer nobody waited for. */
function readBy<O extends UnaryOperation>(operation: O, request: OperationRequests[O]): TokenUsage {
  const { inputTokens, images } = shapeOf(operation, request);
  const instructions = operation === 'EMBED' ? 0 : INSTRUCTION_TOKENS;
  return { ...NO_USAGE, input: instructions + inputTokens() + estimateImages(images), reported: false };
}
