import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { graphql } from './generated/gql.ts';
import type { TokensSubscription } from './generated/graphql.ts';
import { isMain, optionsOfCommandLine, type ClientOptions } from './post.ts';

const Tokens = graphql(/* GraphQL */ `
  subscription Tokens($question: String!) {
    chat(input: { messages: [{ role: USER, content: [{ text: $question }] }] }) {
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
`);

export type ChatDone = Extract<TokensSubscription['chat'], { __typename: 'ChatDone' }>;

/**
 * An answer as it is made.
 * @param onText is given each piece of the text
 * @returns how it ended
 * @throws Error when it broke off
 */
export async function listenToTokens({ url, key }: ClientOptions, question: string, onText: (text: string) => void): Promise<ChatDone> {
  const client = createClient({
    url: new URL('/graphql', url).href.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
  });
  try {
    for await (const { data, errors } of client.iterate<TokensSubscription>({ query: Tokens.toString(), variables: { question } })) {
      if (!data) throw new Error(errors?.[0]?.message ?? 'no data');
      const event = data.chat;
      if (event.__typename === 'ChatDelta') onText(event.text);
      else if (event.__typename === 'ChatDone') return event;
      else if (event.__typename === 'ChatError') throw new Error(`${event.code}: ${event.message}`);
    }
    throw new Error('the stream ended without ChatDone');
  } finally {
    await client.dispose();
  }
}

if (isMain(import.meta.url)) {
  const done = await listenToTokens(optionsOfCommandLine(), process.argv[2] ?? 'Why is the sky blue?', (text) => process.stdout.write(text));
  console.log(`\n${done.meta.usage.output} tokens by ${done.meta.model}, the first after ${done.meta.timeToFirstTokenMs?.toFixed(0)} ms`);
}
