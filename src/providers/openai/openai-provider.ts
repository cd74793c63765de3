import type { Provider } from '../provider.ts';
import { cancellable } from '../http/cancellable.ts';
import { sentimentThroughChat } from '../through-chat/sentiment.ts';
import { visionThroughChat } from '../through-chat/vision.ts';
import { chat } from './chat.ts';
import { OFFICIAL_URL, OpenAIClient, type OpenAIOptions } from './client.ts';
import { embed } from './embed.ts';
import { EMBED_BATCH } from './limits.ts';
import { LearnedQuirks } from './quirks.ts';

/**
 * OpenAI, Azure OpenAI, or any server that speaks like them. Nothing is connected or loaded before the first call.
 * @throws TypeError when `baseUrl` is no URL, or is missing for Azure
 */
export function createOpenAIProvider(options: OpenAIOptions): Provider {
  if (options.azure && options.baseUrl === undefined) throw new TypeError('Azure needs the baseUrl of the resource');
  const client = new OpenAIClient(options);
  const official = options.azure !== undefined || new URL(options.baseUrl ?? OFFICIAL_URL).hostname === 'api.openai.com';
  const quirks = new LearnedQuirks(official);
  const batchSize = options.embedBatch ?? EMBED_BATCH;

  const answerChat: NonNullable<Provider['operations']['CHAT']> = (request, attempt) =>
    cancellable(attempt.signal, (signal) => chat(client, quirks, request, { ...attempt, signal }));

  return {
    name: options.name,
    vendor: 'openai',
    operations: {
      CHAT: answerChat,
      SENTIMENT: sentimentThroughChat(answerChat),
      VISION: visionThroughChat(answerChat),
      EMBED: (request, attempt) => embed(client, batchSize, request, attempt),
    },
    close: () => client.close(),
  };
}
