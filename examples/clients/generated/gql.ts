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
    "\n  query SupportCase($text: String!, $images: [ImageInput!]!, $withPicture: Boolean!, $groundedOn: [Branch!]!) {\n    multimodal(input: { text: $text, images: $images }) {\n      chat(system: \"You answer customers of a shop.\", groundedOn: $groundedOn, maxTokens: 300) {\n        text\n        meta {\n          model\n          cost {\n            usd\n          }\n          warnings\n        }\n      }\n      sentiment {\n        label\n        score\n        emotions {\n          name\n          score\n        }\n      }\n      vision @include(if: $withPicture) {\n        text\n        document {\n          merchant\n          date\n          total\n          currency\n        }\n      }\n      meta {\n        durationMs\n        cost {\n          usd\n          known\n        }\n        plan {\n          branch\n          model\n          after\n        }\n      }\n    }\n  }\n": typeof types.SupportCaseDocument,
    "\n  subscription Tokens($question: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $question }] }] }) {\n      __typename\n      ... on ChatDelta {\n        sequence\n        text\n      }\n      ... on ChatDone {\n        sequence\n        finishReason\n        meta {\n          model\n          usage {\n            output\n          }\n          timeToFirstTokenMs\n        }\n      }\n      ... on ChatError {\n        sequence\n        code\n        message\n      }\n    }\n  }\n": typeof types.TokensDocument,
};
const documents: Documents = {
    "\n  query SupportCase($text: String!, $images: [ImageInput!]!, $withPicture: Boolean!, $groundedOn: [Branch!]!) {\n    multimodal(input: { text: $text, images: $images }) {\n      chat(system: \"You answer customers of a shop.\", groundedOn: $groundedOn, maxTokens: 300) {\n        text\n        meta {\n          model\n          cost {\n            usd\n          }\n          warnings\n        }\n      }\n      sentiment {\n        label\n        score\n        emotions {\n          name\n          score\n        }\n      }\n      vision @include(if: $withPicture) {\n        text\n        document {\n          merchant\n          date\n          total\n          currency\n        }\n      }\n      meta {\n        durationMs\n        cost {\n          usd\n          known\n        }\n        plan {\n          branch\n          model\n          after\n        }\n      }\n    }\n  }\n": types.SupportCaseDocument,
    "\n  subscription Tokens($question: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $question }] }] }) {\n      __typename\n      ... on ChatDelta {\n        sequence\n        text\n      }\n      ... on ChatDone {\n        sequence\n        finishReason\n        meta {\n          model\n          usage {\n            output\n          }\n          timeToFirstTokenMs\n        }\n      }\n      ... on ChatError {\n        sequence\n        code\n        message\n      }\n    }\n  }\n": types.TokensDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SupportCase($text: String!, $images: [ImageInput!]!, $withPicture: Boolean!, $groundedOn: [Branch!]!) {\n    multimodal(input: { text: $text, images: $images }) {\n      chat(system: \"You answer customers of a shop.\", groundedOn: $groundedOn, maxTokens: 300) {\n        text\n        meta {\n          model\n          cost {\n            usd\n          }\n          warnings\n        }\n      }\n      sentiment {\n        label\n        score\n        emotions {\n          name\n          score\n        }\n      }\n      vision @include(if: $withPicture) {\n        text\n        document {\n          merchant\n          date\n          total\n          currency\n        }\n      }\n      meta {\n        durationMs\n        cost {\n          usd\n          known\n        }\n        plan {\n          branch\n          model\n          after\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SupportCaseDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Tokens($question: String!) {\n    chat(input: { messages: [{ role: USER, content: [{ text: $question }] }] }) {\n      __typename\n      ... on ChatDelta {\n        sequence\n        text\n      }\n      ... on ChatDone {\n        sequence\n        finishReason\n        meta {\n          model\n          usage {\n            output\n          }\n          timeToFirstTokenMs\n        }\n      }\n      ... on ChatError {\n        sequence\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').TokensDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
