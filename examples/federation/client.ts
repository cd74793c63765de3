import { isMain, optionsOfCommandLine, post, type ClientOptions } from '../clients/post.ts';
import { startFederation } from './gateway.ts';
import { graphql } from './generated/gql.ts';
import type { ReviewedRepliesQuery } from './generated/graphql.ts';
import { startReviews } from './reviews.ts';

const Reply = graphql(/* GraphQL */ `
  query Reply($text: String!) {
    chat(input: { messages: [{ role: USER, content: [{ text: $text }] }] }) {
      text
      meta {
        id
        model
      }
    }
  }
`);

const AddReview = graphql(/* GraphQL */ `
  mutation AddReview($input: ReviewInput!) {
    addReview(input: $input) {
      id
    }
  }
`);

const ReviewedReplies = graphql(/* GraphQL */ `
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
`);

/**
 * Kanon as a part of a larger graph: a reply comes from Kanon, a review of it goes to the shop's subgraph, and one
 * query tells of each review what the reply that it is about has cost.
 */
export async function askFederation(options: ClientOptions): Promise<ReviewedRepliesQuery['reviews']> {
  await using reviews = await startReviews();
  await using federation = await startFederation({ ...options, reviewsUrl: reviews.url });
  const client = { url: federation.url, key: options.key };

  const reply = await post(client, Reply, { text: 'My kettle leaks. What can I do?' });
  if (!reply.data) throw new Error(reply.errors?.[0]?.message ?? 'no reply');
  const { id, model } = reply.data.chat.meta;
  await post(client, AddReview, { input: { product: 'P-1', stars: 4, comment: 'Quick and kind.', call: id, model } });

  const { data, errors } = await post(client, ReviewedReplies, {});
  if (!data || errors !== undefined) throw new Error(errors?.[0]?.message ?? 'no reviews');
  return data.reviews;
}

if (isMain(import.meta.url)) console.dir(await askFederation(optionsOfCommandLine()), { depth: null });
