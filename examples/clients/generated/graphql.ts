/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A part of the composite that a model answers. */
export type Branch =
  /** A reply. */
  | 'CHAT'
  /** The vector of the text. */
  | 'EMBED'
  /** How the text feels. */
  | 'SENTIMENT'
  /** What the pictures show. */
  | 'VISION';

/** Emotions that are told apart. */
export type EmotionName =
  /** Anger. */
  | 'ANGER'
  /** Disappointment. */
  | 'DISAPPOINTMENT'
  /** Fear. */
  | 'FEAR'
  /** Frustration. */
  | 'FRUSTRATION'
  /** Gratitude. */
  | 'GRATITUDE'
  /** Joy. */
  | 'JOY'
  /** Sadness. */
  | 'SADNESS'
  /** Surprise. */
  | 'SURPRISE';

/** What went wrong, in one stable word. */
export type ErrorCode =
  /** The request says something that cannot be done; the message names the field and the mend. */
  | 'BAD_USER_INPUT'
  /** A budget cannot carry the request. */
  | 'BUDGET_EXCEEDED'
  /** The vendor refused the content. */
  | 'CONTENT_FILTERED'
  /** The request is too long for the model. */
  | 'CONTEXT_LENGTH_EXCEEDED'
  /** The operation could cost more than is allowed. */
  | 'COST_ESTIMATED_TOO_EXPENSIVE'
  /** The principal may not do this. */
  | 'FORBIDDEN'
  /** A guardrail of this gateway stopped the content. */
  | 'GUARDRAIL_BLOCKED'
  /** A fault of this gateway. */
  | 'INTERNAL'
  /** The media is larger than is allowed. */
  | 'MEDIA_TOO_LARGE'
  /** The media is broken, or of a kind that cannot be used here. */
  | 'MEDIA_UNSUPPORTED'
  /** Too many requests; `retryAfterMs` says when to come back. */
  | 'RATE_LIMITED'
  /** The answer broke off before its end. */
  | 'STREAM_INTERRUPTED'
  /** No key, or one that is not known. */
  | 'UNAUTHENTICATED'
  /** The targets of the model did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** No target of the model could answer. */
  | 'UPSTREAM_UNAVAILABLE';

/** Why an answer ended. */
export type FinishReason =
  /** The vendor's filter stopped it. */
  | 'CONTENT_FILTER'
  /** It reached the most tokens allowed. */
  | 'LENGTH'
  /** The model refused. */
  | 'REFUSAL'
  /** It was complete. */
  | 'STOP'
  /** The model wants tools called. */
  | 'TOOL_CALLS';

/** A picture: exactly one of these. JPEG, PNG, WebP, AVIF, GIF and TIFF are read. */
export type ImageInput =
  {   /** The bytes; for small pictures. Larger ones go to `POST /uploads`. */
  base64: string; upload?: never; url?: never; }
  |  { base64?: never;   /** The id that `POST /uploads` gave. */
  upload: string | number; url?: never; }
  |  { base64?: never; upload?: never;   /** An https URL that this gateway fetches, or a data URL. */
  url: string; };

/** A feeling in one word. */
export type SentimentLabel =
  /** Both at once. */
  | 'MIXED'
  /** Bad. */
  | 'NEGATIVE'
  /** Neither. */
  | 'NEUTRAL'
  /** Good. */
  | 'POSITIVE';

export type SupportCaseQueryVariables = Exact<{
  text: string;
  images: Array<ImageInput> | ImageInput;
  withPicture: boolean;
  groundedOn: Array<Branch> | Branch;
}>;


export type SupportCaseQuery = { multimodal: { chat: { text: string, meta: { model: string, warnings: Array<string>, cost: { usd: number | null } } } | null, sentiment: { label: SentimentLabel, score: number, emotions: Array<{ name: EmotionName, score: number }> } | null, vision?: Array<{ text: string, document: { merchant: string | null, date: string | null, total: number | null, currency: string | null } | null }> | null, meta: { durationMs: number, cost: { usd: number | null, known: boolean }, plan: Array<{ branch: Branch, model: string, after: Array<Branch> }> } } };

export type TokensSubscriptionVariables = Exact<{
  question: string;
}>;


export type TokensSubscription = { chat:
    | { __typename: 'ChatDelta', sequence: number, text: string }
    | { __typename: 'ChatDone', sequence: number, finishReason: FinishReason, meta: { model: string, timeToFirstTokenMs: number | null, usage: { output: number } } }
    | { __typename: 'ChatError', sequence: number, code: ErrorCode, message: string }
    | { __typename: 'ChatRestart' }
    | { __typename: 'ChatToolCallDelta' }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const SupportCaseDocument = new TypedDocumentString(`
    query SupportCase($text: String!, $images: [ImageInput!]!, $withPicture: Boolean!, $groundedOn: [Branch!]!) {
  multimodal(input: {text: $text, images: $images}) {
    chat(
      system: "You answer customers of a shop."
      groundedOn: $groundedOn
      maxTokens: 300
    ) {
      text
      meta {
        model
        cost {
          usd
        }
        warnings
      }
    }
    sentiment {
      label
      score
      emotions {
        name
        score
      }
    }
    vision @include(if: $withPicture) {
      text
      document {
        merchant
        date
        total
        currency
      }
    }
    meta {
      durationMs
      cost {
        usd
        known
      }
      plan {
        branch
        model
        after
      }
    }
  }
}
    `, {"hash":"sha256:687e33381f4d6d16c8723d102e1cb5d0618c2138e14cb727f4f54539259972c6"}) as unknown as TypedDocumentString<SupportCaseQuery, SupportCaseQueryVariables>;
export const TokensDocument = new TypedDocumentString(`
    subscription Tokens($question: String!) {
  chat(input: {messages: [{role: USER, content: [{text: $question}]}]}) {
    __typename
    ... on ChatDelta {
      sequence
      text
    }
    ... on ChatDone {
      sequence
      finishReason
      meta {
        model
        usage {
          output
        }
        timeToFirstTokenMs
      }
    }
    ... on ChatError {
      sequence
      code
      message
    }
  }
}
    `, {"hash":"sha256:d5e18303fe6ecacdbaa843cbc3d68bff531eee7c408908248c3eb0c698a2af50"}) as unknown as TypedDocumentString<TokensSubscription, TokensSubscriptionVariables>;