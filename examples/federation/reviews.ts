import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

interface Review {
  id: string;
  stars: number;
  comment: string;
  product: string;
  call: string;
  model: string;
}

const PRODUCTS = [
  { id: 'P-1', name: 'Blue Kettle' },
  { id: 'P-2', name: 'Travel Mug' },
];

/** A running subgraph. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
}

/** The shop's own subgraph, as another team would write it: products and reviews, and the keys of Kanon's entities. */
export async function startReviews(): Promise<RunningServer> {
  const reviews: Review[] = [];
  const resolvers = {
    Query: { products: () => PRODUCTS, reviews: () => reviews.toReversed() },
    Mutation: {
      addReview: (_: unknown, { input }: { input: Omit<Review, 'id'> }) => {
        const review = { id: `R-${reviews.length + 1}`, ...input };
        reviews.push(review);
        return review;
      },
    },
    Product: {
      __resolveReference: ({ id }: { id: string }) => PRODUCTS.find((product) => product.id === id),
      reviews: ({ id }: { id: string }) => reviews.filter((review) => review.product === id),
    },
    Review: {
      __resolveReference: ({ id }: { id: string }) => reviews.find((review) => review.id === id),
      product: ({ product }: Review) => PRODUCTS.find(({ id }) => id === product),
      call: ({ call }: Review) => ({ id: call }),
      model: ({ model }: Review) => ({ name: model }),
    },
  };
  const typeDefs = parse(readFileSync(new URL('reviews.graphql', import.meta.url), 'utf8'));
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return { url, [Symbol.asyncDispose]: () => server.stop() };
}
