import { estimateInput, estimateImages, estimateTokens } from '../../canonical/estimate.ts';
import { costOf, type PriceSnapshot } from '../../canonical/price.ts';
import type { Operation, OperationRequests } from '../../canonical/results.ts';
import { NO_USAGE } from '../../canonical/usage.ts';
import type { BudgetUse } from '../../ledger/ledger.ts';
import type { RoutedModel, Target } from '../../routing/target.ts';

/** How large a call is, in tokens. */
export interface CallSize {
  /** Estimated. */
  input: number;
  /** The most that the answer may have; null leaves it to the target. */
  maxOutput: number | null;
}

/** Tokens of an answer that nothing bounds. A stream that comes to the end of them reserves as many again. */
const ASSUMED_OUTPUT = 4_096;
/** What asking a chat model for a sentiment or for what a picture shows adds to the request. */
const INSTRUCTIONS = 400;
/** And what it answers at most, by its schema. */
const SENTIMENT_ANSWER = 300;

/** Size of a request by its operation. */
export function sizeOf<O extends Operation>(operation: O, request: OperationRequests[O]): CallSize {
  return SIZES[operation](request);
}

const SIZES: { [O in Operation]: (request: OperationRequests[O]) => CallSize } = {
  CHAT: (request) => ({ input: estimateInput(request), maxOutput: request.maxTokens }),
  SENTIMENT: ({ text }) => sentimentSize(text),
  VISION: ({ question }) => visionSize(question),
  EMBED: ({ texts }) => embedSize(texts),
};

export function sentimentSize(text: string): CallSize {
  return { input: INSTRUCTIONS + estimateTokens(text), maxOutput: SENTIMENT_ANSWER };
}

export function visionSize(question: string | null): CallSize {
  return { input: INSTRUCTIONS + estimateImages(1) + estimateTokens(question ?? ''), maxOutput: null };
}

export function embedSize(texts: readonly string[]): CallSize {
  return { input: texts.reduce((sum, text) => sum + estimateTokens(text), 0), maxOutput: 0 };
}

/** The most that a call can use: of targets that take turns the dearest, of those that are asked at once all. */
export function mostOf(model: RoutedModel, size: CallSize): BudgetUse {
  const uses = model.targets.map((target) => useOf(target, size));
  const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => b - a).slice(0, atOnce(model));
  const prices = uses.flatMap(({ usd }) => (usd === null ? [] : [usd]));
  return {
    // Where no target has a price nothing is known; where some have, the dearest of them stands for all.
    usd: prices.length === 0 ? null : sum(sorted(prices)),
    tokens: sum(sorted(uses.map(({ tokens }) => tokens))),
    requests: 1,
  };
}

/** Tokens that an answer of the model may have before more must be reserved. */
export function outputOf(model: RoutedModel, { maxOutput }: CallSize): number {
  return Math.max(0, ...model.targets.map((target) => outputAt(target, maxOutput)));
}

/** What so many more tokens of an answer cost at most. */
export function moreOutput(model: RoutedModel, tokens: number): BudgetUse {
  const prices = model.targets.flatMap(({ price }) => usd({ input: 0, output: tokens }, price) ?? []);
  return { usd: prices.length === 0 ? null : Math.max(...prices), tokens, requests: 0 };
}

function useOf(target: Target, { input, maxOutput }: CallSize): { usd: number | null; tokens: number } {
  const output = outputAt(target, maxOutput);
  return { usd: usd({ input, output }, target.price), tokens: input + output };
}

function outputAt({ maxOutputTokens }: Target, maxOutput: number | null): number {
  if (maxOutput === null) return Math.min(maxOutputTokens ?? ASSUMED_OUTPUT, ASSUMED_OUTPUT);
  return Math.min(maxOutput, maxOutputTokens ?? maxOutput);
}

/** The vendor may write the input to its cache, which may be dearer. */
function usd({ input, output }: { input: number; output: number }, price: PriceSnapshot | null): number | null {
  const plain = costOf({ ...NO_USAGE, input, output }, price).usd;
  const written = costOf({ ...NO_USAGE, input, output, cacheWrite: input }, price).usd;
  return plain === null || written === null ? null : Math.max(plain, written);
}

function atOnce(model: RoutedModel): number {
  if (model.kind === 'ensemble' || model.strategy === 'race') return model.targets.length;
  return model.hedgeMs === null ? 1 : 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
