import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from 'vitest';
import { handleByApollo } from '../../src/transport/graphql/apollo.ts';
import { parseJson, readBody } from '../../src/transport/http/body.ts';
import { sendError } from '../../src/transport/http/respond.ts';

describe('Apollo Server, behind our HTTP', () => {
  defineIntegrationTestSuite(
    async (serverOptions, testOptions) => {
      const { ApolloServer } = await import('@apollo/server');
      const apollo = new ApolloServer(serverOptions);
      await apollo.start();
      const http: Server = createServer((request, response) => {
        const context = async () => (await testOptions?.context?.()) ?? {};
        const answer = async () => {
          const json = request.headers['content-type']?.startsWith('application/json') === true;
          const { signal } = new AbortController();
          const body = request.method === 'POST' && json ? parseJson(await readBody(request, 1_000_000, signal)) : undefined;
          await handleByApollo(apollo, request, response, body, context, signal);
        };
        answer().catch((error: unknown) => sendError(response, error, 'test'));
      });
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      const { port } = http.address() as AddressInfo;
      return {
        server: apollo,
        url: `http://127.0.0.1:${port}`,
        extraCleanup: async () => {
          http.closeAllConnections();
          await new Promise((resolve) => http.close(resolve));
        },
      };
    },
    { serverIsStartedInBackground: false },
  );
});
