/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Reply($text: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) {\n      text\n      meta {\n        id\n        model\n      }\n    }\n  }\n": typeof types.ReplyDocument,
    "\n  mutation AddReview($input: ReviewInput!) {\n    addReview(input: $input) {\n      id\n    }\n  }\n": typeof types.AddReviewDocument,
    "\n  query ReviewedReplies {\n    reviews {\n      stars\n      comment\n      product {\n        name\n      }\n      call {\n        id\n        outcome\n        durationMs\n        cost {\n          usd\n          known\n        }\n        usage {\n          output\n        }\n      }\n      model {\n        name\n        operation\n        isDefault\n      }\n    }\n  }\n": typeof types.ReviewedRepliesDocument,
};
const documents: Documents = {
    "\n  query Reply($text: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) {\n      text\n      meta {\n        id\n        model\n      }\n    }\n  }\n": types.ReplyDocument,
    "\n  mutation AddReview($input: ReviewInput!) {\n    addReview(input: $input) {\n      id\n    }\n  }\n": types.AddReviewDocument,
    "\n  query ReviewedReplies {\n    reviews {\n      stars\n      comment\n      product {\n        name\n      }\n      call {\n        id\n        outcome\n        durationMs\n        cost {\n          usd\n          known\n        }\n        usage {\n          output\n        }\n      }\n      model {\n        name\n        operation\n        isDefault\n      }\n    }\n  }\n": types.ReviewedRepliesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Reply($text: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) {\n      text\n      meta {\n        id\n        model\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddReview($input: ReviewInput!) {\n    addReview(input: $input) {\n      id\n    }\n  }\n"): typeof import('./graphql.ts').AddReviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReviewedReplies {\n    reviews {\n      stars\n      comment\n      product {\n        name\n      }\n      call {\n        id\n        outcome\n        durationMs\n        cost {\n          usd\n          known\n        }\n        usage {\n          output\n        }\n      }\n      model {\n        name\n        operation\n        isDefault\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReviewedRepliesDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
