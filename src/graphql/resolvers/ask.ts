import type { CallContext } from '../../canonical/call.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';
import type { QueryResolvers, SubscriptionResolvers } from '../generated/resolvers.ts';
import { chatRequest } from '../inputs/chat.ts';
import { imageOf } from '../inputs/media.ts';
import type { JsonObject } from '../../canonical/chat.ts';

/** The caller's context with the metadata of one input. */
function withMetadata(call: CallContext, metadata: JsonObject | null | undefined): CallContext {
  return metadata == null ? call : { ...call, metadata };
}

export const askQueries = {
  chat: async (_, { input }, { operations, media, call }) => {
    const request = await chatRequest(input, media, call);
    return operations.chat(input.model ?? null, request, withMetadata(call, input.metadata), 'input');
  },
  sentiment: (_, { input }, { operations, call }) =>
    operations.sentiment(input.model ?? null, { text: input.text, language: input.language ?? null }, call, 'input.text'),
  vision: async (_, { input }, { operations, media, call }) => {
    const image = await imageOf(input.image, 'input.image', media, call);
    const request = { image, question: input.question ?? null, languages: [...(input.languages ?? [])] };
    return operations.vision(input.model ?? null, request, call);
  },
  embed: (_, { input }, { operations, embeds }) =>
    operations.embed(embeds, input.model ?? null, input.texts, input.dimensions ?? null, 'input.texts'),
} satisfies QueryResolvers;

export const chatSubscription = {
  subscribe: async (_, { input }, { operations, media, call }) => {
    const request = await chatRequest(input, media, call);
    return operations.chatEvents(input.model ?? null, request, withMetadata(call, input.metadata), 'input');
  },
  resolve: (event: ChatStreamEvent) => event,
} satisfies SubscriptionResolvers['chat'];
