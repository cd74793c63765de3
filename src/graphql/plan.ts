import { Kind, type GraphQLResolveInfo } from 'graphql';
import type { Operation } from '../canonical/results.ts';
import { estimateImages, estimateTokens } from '../canonical/estimate.ts';
import { KanonError } from '../canonical/errors.ts';
import type { BranchRequest, PlannedBranch } from '../operations/composite/branches.ts';
import { embedSize, sentimentSize, visionSize, type CallSize } from '../pipeline/limits/estimate.ts';
import type { RequestContext } from './context.ts';
import type { ChatInput, MultimodalInput } from './generated/resolvers.ts';
import { shapeOfInput } from './inputs/explain.ts';

/** Tokens by which the text of a picture, or a word on how a message feels, makes a reply longer that is built on it. */
const GROUNDING = { VISION: 1_000, SENTIMENT: 50, CHAT: 0, EMBED: 0 };

/**
 * Calls that an operation is going to make are planned by its root fields, in the turn in which they are resolved, and
 * reserved together before the first of them begins. One field that makes one call needs no plan.
 */
export function planChat(context: RequestContext, info: GraphQLResolveInfo, input: ChatInput): void {
  planned(context, info, 'CHAT', input.model, () => {
    const shape = shapeOfInput(input);
    return { input: shape.inputTokens(), maxOutput: shape.maxTokens };
  });
}

export function planSentiment(context: RequestContext, info: GraphQLResolveInfo, model: string | null | undefined, text: string): void {
  planned(context, info, 'SENTIMENT', model, () => sentimentSize(text));
}

export function planVision(context: RequestContext, info: GraphQLResolveInfo, model: string | null | undefined, question: string | null | undefined): void {
  planned(context, info, 'VISION', model, () => visionSize(question ?? null));
}

export function planEmbed(context: RequestContext, info: GraphQLResolveInfo, model: string | null | undefined, texts: readonly string[]): void {
  planned(context, info, 'EMBED', model, () => embedSize(texts));
}

/** All branches of a composite, those that only ground a reply included. */
export function planComposite(context: RequestContext, input: MultimodalInput, branches: readonly PlannedBranch[]): void {
  const { plan } = context;
  if (plan === null) return;
  const requests = branches.map(({ request }) => request);
  const grounds = requests.flatMap((request) => (request.branch === 'CHAT' ? request.groundedOn : []));
  for (const branch of new Set(grounds)) {
    if ((branch === 'VISION' || branch === 'SENTIMENT') && !requests.some((request) => request.branch === branch)) requests.push({ branch, model: null });
  }
  for (const request of requests) {
    const calls = request.branch === 'VISION' ? (input.images ?? []).length : 1;
    for (let call = 0; call < calls; call++) addCall(context, request.branch, request.model, () => branchSize(request, input));
  }
}

function branchSize(request: BranchRequest, { text, images }: MultimodalInput): CallSize {
  const message = text ?? '';
  switch (request.branch) {
    case 'SENTIMENT':
      return sentimentSize(message);
    case 'VISION':
      return visionSize(null);
    case 'EMBED':
      return embedSize([message]);
    case 'CHAT': {
      const pictures = request.images ? estimateImages((images ?? []).length) : 0;
      const grounding = request.groundedOn.reduce((sum, branch) => sum + GROUNDING[branch], 0);
      return { input: estimateTokens(message) + estimateTokens(request.system ?? '') + pictures + grounding, maxOutput: request.maxTokens };
    }
  }
}

function planned(context: RequestContext, info: GraphQLResolveInfo, operation: Operation, model: string | null | undefined, size: () => CallSize): void {
  if (context.plan !== null && !isAlone(info)) addCall(context, operation, model, size);
}

function addCall({ plan, operations, call }: RequestContext, operation: Operation, model: string | null | undefined, size: () => CallSize): void {
  try {
    plan?.add(operation, operations.resolve(operation, model ?? null, 'model', call), size());
  } catch (error) {
    // The call itself meets the same, and tells it at its place.
    if (!(error instanceof KanonError)) throw error;
  }
}

/** The operation has one root field. */
function isAlone({ operation }: GraphQLResolveInfo): boolean {
  const [first, ...others] = operation.selectionSet.selections;
  return others.length === 0 && first?.kind === Kind.FIELD;
}
