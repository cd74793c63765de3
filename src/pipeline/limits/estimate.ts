import { estimateAudioOf, estimateInput, estimateImages, estimateTokens, INSTRUCTION_TOKENS } from '../../canonical/estimate.ts';
import type { ChatRequest } from '../../canonical/chat.ts';
import { costOf, priceAt, type PriceSnapshot } from '../../canonical/price.ts';
import type { Operation, OperationRequests } from '../../canonical/results.ts';
import { vendorToolName, type VendorTools } from '../../canonical/vendor-tools.ts';
import { NO_USAGE, type TokenUsage } from '../../canonical/usage.ts';
import type { BudgetUse } from '../../ledger/ledger.ts';
import { askedTier } from '../../routing/service-tier.ts';
import type { RoutedModel, Target } from '../../routing/target.ts';

/** How large a call is, in tokens. */
export interface CallSize {
  /** Estimated. */
  input: number;
  /** The most that the answer may have; null leaves it to the target. */
  maxOutput: number | null;
  /** Of a chat, whose own parameters may ask for another service tier of the vendor. */
  chat?: ChatRequest;
  /** The vendor's own tools that it may use, and how often. */
  toolUses?: Readonly<Record<string, number>>;
}

/** Tokens of an answer that nothing bounds. A stream that comes to the end of them reserves as many again. */
const ASSUMED_OUTPUT = 4_096;
/** Uses of a tool of the vendor's that nothing bounds. */
const ASSUMED_TOOL_USES = 5;
/** What a chat model that is asked for a sentiment answers at most, by the schema. */
const SENTIMENT_ANSWER = 300;

/** Size of a request by its operation. */
export function sizeOf<O extends Operation>(operation: O, request: OperationRequests[O]): CallSize {
  return SIZES[operation](request);
}

const SIZES: { [O in Operation]: (request: OperationRequests[O]) => CallSize } = {
  CHAT: (request) => ({ input: estimateInput(request), maxOutput: request.maxTokens, chat: request, ...(request.vendorTools !== undefined && { toolUses: toolUsesOf(request.vendorTools) }) }),
  SENTIMENT: ({ text }) => sentimentSize(text),
  VISION: ({ question }) => visionSize(question),
  EMBED: ({ texts }) => embedSize(texts),
};

export function sentimentSize(text: string): CallSize {
  return { input: INSTRUCTION_TOKENS + estimateTokens(text), maxOutput: SENTIMENT_ANSWER };
}

export function visionSize(question: string | null): CallSize {
  return { input: INSTRUCTION_TOKENS + estimateImages(1) + estimateTokens(question ?? ''), maxOutput: null };
}

export function embedSize(texts: readonly string[]): CallSize {
  return { input: texts.reduce((sum, text) => sum + estimateTokens(text), 0), maxOutput: 0 };
}

/** The most that a call can use: of targets that take turns the dearest, of those that are asked at once all. */
export function mostOf(model: RoutedModel, size: CallSize): BudgetUse {
  const [only] = model.targets;
  if (only !== undefined && model.targets.length === 1) return { ...useOf(only, size), requests: 1 };
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
  return model.targets.reduce((most, target) => Math.max(most, outputAt(target, maxOutput)), 0);
}

/** What so many more tokens of an answer cost at most. */
export function moreOutput(model: RoutedModel, tokens: number, chat?: ChatRequest): BudgetUse {
  const prices = model.targets.flatMap((target) => usdAt(target, { input: 0, audio: 0, output: tokens }, chat) ?? []);
  return { usd: prices.length === 0 ? null : Math.max(...prices), tokens, requests: 0 };
}

function useOf(target: Target, { input, maxOutput, chat, toolUses }: CallSize): { usd: number | null; tokens: number } {
  const output = outputAt(target, maxOutput);
  return { usd: usdAt(target, { input, audio: chat === undefined ? 0 : estimateAudioOf(chat), output, ...(toolUses !== undefined && { toolUses }) }, chat), tokens: input + output };
}

/** What has no price is not known, and is told when it has been used; the rest is reserved all the same. */
function pricedOf(toolUses: Readonly<Record<string, number>>, price: PriceSnapshot | null): Record<string, number> {
  return Object.fromEntries(Object.entries(toolUses).filter(([name]) => price?.tools?.[name] !== undefined));
}

function toolUsesOf({ names, tools }: VendorTools): Record<string, number> {
  const most = (name: string): number => {
    const definition = tools.find(({ definition: { type } }) => vendorToolName(String(type)) === name)?.definition;
    return typeof definition?.['max_uses'] === 'number' && definition['max_uses'] > 0 ? definition['max_uses'] : ASSUMED_TOOL_USES;
  };
  return Object.fromEntries(names.map((name) => [name, most(name)]));
}

function outputAt({ maxOutputTokens }: Target, maxOutput: number | null): number {
  if (maxOutput === null) return Math.min(maxOutputTokens ?? ASSUMED_OUTPUT, ASSUMED_OUTPUT);
  return Math.min(maxOutput, maxOutputTokens ?? maxOutput);
}

/** At the usual price or that of the tier that is asked for, whichever is dearer: the vendor may give either. */
function usdAt(target: Target, size: Size, chat: ChatRequest | undefined): number | null {
  const usual = usd(size, priceAt(target.price, undefined));
  const tier = askedTier(target, chat);
  const asked = tier === null ? null : usd(size, priceAt(target.price, tier));
  return usual === null || asked === null ? (usual ?? asked) : Math.max(usual, asked);
}

interface Size {
  input: number;
  /** Of the input. */
  audio: number;
  output: number;
  toolUses?: Readonly<Record<string, number>>;
}

/** The vendor may write the input to its cache, or sounds may be dearer than text. */
function usd({ input, audio, output, toolUses }: Size, price: PriceSnapshot | null): number | null {
  if (price === null) return null;
  const plain: TokenUsage = { ...NO_USAGE, input, output, ...(toolUses !== undefined && { toolUses: pricedOf(toolUses, price) }) };
  const dearest = Math.max(costOf(plain, price).usd ?? 0, costOf({ ...plain, cacheWrite: input }, price).usd ?? 0);
  return audio === 0 ? dearest : Math.max(dearest, costOf({ ...plain, audioInput: audio }, price).usd ?? 0);
}

function atOnce(model: RoutedModel): number {
  if (model.kind === 'ensemble' || model.strategy === 'race') return model.targets.length;
  return model.hedgeMs === null ? 1 : 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
