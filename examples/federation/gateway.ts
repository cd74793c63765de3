import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { RunningServer } from './reviews.ts';

interface CallerContext extends Record<string, unknown> {
  authorization?: string | undefined;
}

/** Passes the caller's own key on, so that Kanon knows who asks. */
class WithCallersKey extends RemoteGraphQLDataSource<CallerContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<CallerContext>): void {
    if (context.authorization !== undefined) request.http?.headers.set('authorization', context.authorization);
  }
}

export interface FederationOptions {
  /** Kanon's URL, as it prints it. */
  url: string;
  /** The key with which the gateway itself reads Kanon's schema. */
  key: string;
  /** The URL of the other subgraph. */
  reviewsUrl: string;
}

/** A federation gateway over Kanon and the shop's subgraph. */
export async function startFederation({ url, key, reviewsUrl }: FederationOptions): Promise<RunningServer> {
  const gateway = new ApolloGateway({
    supergraphSdl: new IntrospectAndCompose({
      subgraphs: [
        { name: 'kanon', url: new URL('/graphql', url).href },
        { name: 'reviews', url: reviewsUrl },
      ],
      introspectionHeaders: { authorization: `Bearer ${key}` },
    }),
    buildService: ({ url }) => (url === undefined ? new WithCallersKey() : new WithCallersKey({ url })),
    logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  const server = new ApolloServer<CallerContext>({ gateway, stopOnTerminationSignals: false });
  const { url: supergraph } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return { url: supergraph, [Symbol.asyncDispose]: () => server.stop() };
}
