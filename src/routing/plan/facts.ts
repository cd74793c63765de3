import type { Principal } from '../../canonical/call.ts';
import type { ChatRequest, JsonObject } from '../../canonical/chat.ts';
import { charactersOf, estimateImages, estimateInput, estimateTokens, imagesOf } from '../../canonical/estimate.ts';
import type { Operation, OperationRequests } from '../../canonical/results.ts';
import type { RouteContext } from '../context.ts';
import { languageOf } from '../when/language.ts';

/** As much of a request as choosing a target needs. */
export interface RequestShape {
  /** What people wrote, the last first. */
  texts: () => string[];
  images: number;
  /** Letters of all that is sent: there are fewer tokens, and they are counted at once. */
  characters: () => number;
  inputTokens: () => number;
  /** Null leaves it to the target. */
  maxTokens: number | null;
}

/** An answer is taken for this long (tokens) where the request does not say. */
const TYPICAL_ANSWER = 500;

/** What is known of a request before it is sent, each thing worked out when it is first asked for. */
export class RequestFacts {
  readonly images: number;
  readonly maxTokens: number | null;
  readonly principal: Principal;
  readonly metadata: JsonObject | null;
  readonly #shape: RequestShape;
  readonly #now: Date | null;
  #inputTokens: number | null = null;
  #language: string | null = null;

  constructor(shape: RequestShape, { principal, metadata }: Pick<RouteContext, 'principal' | 'metadata'>, now: Date | null = null) {
    this.#shape = shape;
    this.images = shape.images;
    this.maxTokens = shape.maxTokens;
    this.principal = principal;
    this.metadata = metadata;
    this.#now = now;
  }

  /** More tokens than there can be, without estimating them. */
  get mostInputTokens(): number {
    return this.#inputTokens ?? this.#shape.characters() + estimateImages(this.images);
  }

  /** Estimated. */
  get inputTokens(): number {
    this.#inputTokens ??= this.#shape.inputTokens();
    return this.#inputTokens;
  }

  /** Estimated. */
  get outputTokens(): number {
    return this.maxTokens ?? TYPICAL_ANSWER;
  }

  /** ISO 639-1 code; empty when it cannot be told. */
  get language(): string {
    this.#language ??= languageOf(this.#shape.texts());
    return this.#language;
  }

  get now(): Date {
    return this.#now ?? new Date();
  }
}

export function shapeOf<O extends Operation>(operation: O, request: OperationRequests[O]): RequestShape {
  return SHAPES[operation](request);
}

const SHAPES: { [O in Operation]: (request: OperationRequests[O]) => RequestShape } = {
  CHAT: (request) => ({
    texts: () => textsOf(request),
    images: imagesOf(request),
    characters: () => charactersOf(request),
    inputTokens: () => estimateInput(request),
    maxTokens: request.maxTokens,
  }),
  SENTIMENT: ({ text }) => ({ texts: () => [text], images: 0, characters: () => text.length, inputTokens: () => estimateTokens(text), maxTokens: null }),
  VISION: ({ question }) => ({ texts: () => [question ?? ''], images: 1, characters: () => question?.length ?? 0, inputTokens: () => estimateTokens(question ?? ''), maxTokens: null }),
  EMBED: ({ texts }) => ({
    texts: () => texts,
    images: 0,
    characters: () => texts.reduce((sum, text) => sum + text.length, 0),
    inputTokens: () => texts.reduce((sum, text) => sum + estimateTokens(text), 0),
    maxTokens: 0,
  }),
};

function textsOf({ messages }: ChatRequest): string[] {
  return messages
    .filter(({ role }) => role === 'USER')
    .toReversed()
    .flatMap(({ content }) => content.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
}
