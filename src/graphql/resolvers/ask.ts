import type { CallContext } from '../../canonical/call.ts';
import { InputError } from '../../canonical/errors.ts';
import { oneByOne } from '../../canonical/one-by-one.ts';
import type { ChatStreamEvent } from '../../operations/chat/chat.ts';
import { checkMetadata } from '../../operations/metadata.ts';
import { acceptsRestart } from '../accepts-restart.ts';
import type { ChatInput, QueryResolvers, SubscriptionResolvers } from '../generated/resolvers.ts';
import { chatRequest } from '../inputs/chat.ts';
import { imageOf } from '../inputs/media.ts';
import { planChat, planEmbed, planSentiment, planVision } from '../plan.ts';

/** The caller's context with what one input says of it. @throws InputError */
function contextOf(call: CallContext, { metadata, deadlineMs, priority }: ChatInput): CallContext {
  if (deadlineMs != null && deadlineMs < 1) throw new InputError('input.deadlineMs', `expected at least 1, found ${deadlineMs}.`);
  if (metadata != null) checkMetadata(metadata, 'input.metadata');
  return {
    ...call,
    ...(metadata != null && { metadata }),
    ...(deadlineMs != null && { endsAt: Math.min(call.endsAt ?? Infinity, performance.now() + deadlineMs) }),
    ...(priority === 'BATCH' && { priority }),
  };
}

export const askQueries = {
  chat: async (_, { input }, request, info) => {
    const { operations, media, call } = request;
    planChat(request, info, input);
    const context = contextOf(call, input);
    const chat = await chatRequest(input, media, context);
    return operations.chat(input.model ?? null, chat, context, 'input');
  },
  sentiment: (_, { input }, request, info) => {
    const { operations, call } = request;
    planSentiment(request, info, input.model, input.text);
    return operations.sentiment(input.model ?? null, { text: input.text, language: input.language ?? null }, call, 'input.text');
  },
  vision: async (_, { input }, context, info) => {
    const { operations, media, call } = context;
    planVision(context, info, input.model, input.question);
    const image = await imageOf(input.image, 'input.image', media, call);
    const request = { image, question: input.question ?? null, languages: [...(input.languages ?? [])] };
    return operations.vision(input.model ?? null, request, call);
  },
  embed: (_, { input }, request, info) => {
    const { operations, embeds } = request;
    planEmbed(request, info, input.model, input.texts);
    return operations.embed(embeds, input.model ?? null, input.texts, input.dimensions ?? null, 'input.texts');
  },
} satisfies QueryResolvers;

export const chatSubscription = {
  subscribe: async (_, { input }, { operations, media, call }, info) => {
    const context = { ...contextOf(call, input), acceptsRestart: acceptsRestart(info) };
    const request = await chatRequest(input, media, context);
    return oneByOne(operations.chatEvents(input.model ?? null, request, context, 'input'));
  },
  resolve: (event: ChatStreamEvent) => event,
} satisfies SubscriptionResolvers['chat'];
