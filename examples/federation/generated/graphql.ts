/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** How a call ended. */
export type CallOutcome =
  /** The caller left. */
  | 'ABORTED'
  /** With an error. */
  | 'ERROR'
  /** With an answer. */
  | 'OK';

/** What a model can be asked to do. */
export type Operation =
  /** Answer a conversation. */
  | 'CHAT'
  /** Turn texts into vectors. */
  | 'EMBED'
  /** Say how a text feels. */
  | 'SENTIMENT'
  /** Say what a picture shows. */
  | 'VISION';

/** A review to keep. */
export type ReviewInput = {
  /** The call of Kanon that made the reply which is reviewed, as in `CallMeta.id`. */
  call: string | number;
  /** What the customer wrote. */
  comment: string;
  /** The public model that made it, as in `CallMeta.model`. */
  model: string | number;
  /** The product that the customer wrote about. */
  product: string | number;
  /** 1 to 5. */
  stars: number;
};

export type ReplyQueryVariables = Exact<{
  text: string;
}>;


export type ReplyQuery = { chat: { text: string, meta: { id: string, model: string } } };

export type AddReviewMutationVariables = Exact<{
  input: ReviewInput;
}>;


export type AddReviewMutation = { addReview: { id: string } };

export type ReviewedRepliesQueryVariables = Exact<{ [key: string]: never; }>;


export type ReviewedRepliesQuery = { reviews: Array<{ stars: number, comment: string, product: { name: string }, call: { id: string, outcome: CallOutcome, durationMs: number, cost: { usd: number | null, known: boolean }, usage: { output: number } } | null, model: { name: string, operation: Operation, isDefault: boolean } | null }> };

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

export const ReplyDocument = new TypedDocumentString(`
    query Reply($text: String!) {
  chat(input: {messages: [{role: USER, content: [{text: $text}]}]}) {
    text
    meta {
      id
      model
    }
  }
}
    `, {"hash":"sha256:1e7077243a38e082c1fec051bdbec1a79c03bfa1a03774d4fef69ab03445034b"}) as unknown as TypedDocumentString<ReplyQuery, ReplyQueryVariables>;
export const AddReviewDocument = new TypedDocumentString(`
    mutation AddReview($input: ReviewInput!) {
  addReview(input: $input) {
    id
  }
}
    `, {"hash":"sha256:8c5c4892eae5d4a9d3b9f3393a642063e3546c1bfb9f5ebf6262dc3f8dca09b5"}) as unknown as TypedDocumentString<AddReviewMutation, AddReviewMutationVariables>;
export const ReviewedRepliesDocument = new TypedDocumentString(`
    query ReviewedReplies {
  reviews {
    stars
    comment
    product {
      name
    }
    call {
      id
      outcome
      durationMs
      cost {
        usd
        known
      }
      usage {
        output
      }
    }
    model {
      name
      operation
      isDefault
    }
  }
}
    `, {"hash":"sha256:9f00a1469732ec881321c87435e6b8d60fb9790269fc2017376e9ecb99416667"}) as unknown as TypedDocumentString<ReviewedRepliesQuery, ReviewedRepliesQueryVariables>;