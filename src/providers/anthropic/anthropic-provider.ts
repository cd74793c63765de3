import { cancellable } from '../http/cancellable.ts';
import type { Provider } from '../provider.ts';
import { sentimentThroughChat } from '../through-chat/sentiment.ts';
import { visionThroughChat } from '../through-chat/vision.ts';
import { chat } from './chat.ts';
import { AnthropicClient, type AnthropicOptions } from './client.ts';

/** The first version of the API without sampling parameters. */
const WITHOUT_SAMPLING = '2026-10-21';

/**
 * Anthropic, or a server that speaks its messages API. Nothing is connected or loaded before the first call.
 * @throws TypeError when `baseUrl` is no URL
 */
export function createAnthropicProvider(options: AnthropicOptions): Provider {
  const client = new AnthropicClient(options);
  const headers = new Headers(options.headers);
  const version = headers.get('anthropic-version');
  const betas = headers.get('anthropic-beta')?.split(',') ?? [];
  const api = { sampling: version !== null && version < WITHOUT_SAMPLING, betas: betas.map((beta) => beta.trim()) };

  const answerChat: NonNullable<Provider['operations']['CHAT']> = (request, attempt) =>
    cancellable(attempt.signal, (signal) => chat(client, api, request, { ...attempt, signal }));

  return {
    name: options.name,
    vendor: 'anthropic',
    operations: {
      CHAT: answerChat,
      SENTIMENT: sentimentThroughChat(answerChat),
      VISION: visionThroughChat(answerChat),
    },
    close: () => client.close(),
  };
}
