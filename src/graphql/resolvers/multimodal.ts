import type { PlannedBranch } from '../../operations/composite/branches.ts';
import { Composite } from '../../operations/composite/composite.ts';
import { compositeEvents } from '../../operations/composite/events.ts';
import { acceptsRestart } from '../accepts-restart.ts';
import type { QueryResolvers, Resolvers, SubscriptionResolvers } from '../generated/resolvers.ts';
import { compositeInput } from '../inputs/composite.ts';
import type { MultimodalEventParent } from '../parents.ts';
import { planComposite } from '../plan.ts';
import { plannedStream, selectionOf, toBranchRequest } from '../selection.ts';

export const multimodalQuery = {
  multimodal: (_, { input }, request, info) => {
    const { operations, media, call, embeds } = request;
    const { planned, metaDeferred } = selectionOf(info);
    planComposite(request, input, planned);
    return { composite: new Composite(operations, embeds, compositeInput(input, media, call), planned, call), metaDeferred };
  },
} satisfies QueryResolvers;

export const multimodalSubscription = {
  // What cannot be planned is refused before there is a stream.
  subscribe: (_, { input }, request, info) => {
    const { operations, media, call, embeds } = request;
    const planned = plannedStream(info);
    planComposite(request, input, planned);
    const context = { ...call, acceptsRestart: acceptsRestart(info) };
    return eventsOf(new Composite(operations, embeds, compositeInput(input, media, call), planned, context), planned);
  },
  resolve: (event: MultimodalEventParent) => event,
} satisfies SubscriptionResolvers['multimodal'];

async function* eventsOf(composite: Composite, planned: readonly PlannedBranch[]): AsyncGenerator<MultimodalEventParent> {
  for await (const event of compositeEvents(composite, planned)) yield { ...event, composite };
}

const EVENT_TYPES = {
  chat: 'MultimodalChatEvent',
  sentiment: 'MultimodalSentimentEvent',
  vision: 'MultimodalVisionEvent',
  embed: 'MultimodalEmbedEvent',
  failed: 'MultimodalBranchFailed',
  done: 'MultimodalDone',
} as const;

export const multimodalTypes = {
  MultimodalResult: {
    chat: ({ composite }, args) => {
      const request = toBranchRequest('CHAT', args);
      return request.branch === 'CHAT' ? composite.chat(request) : null;
    },
    sentiment: ({ composite }, { model }) => composite.sentiment(model ?? null),
    vision: ({ composite }, { model }) => composite.vision(model ?? null),
    embed: ({ composite }, { model }) => composite.embed(model ?? null),
    // What is delivered with the first part must not wait for what is delivered later.
    meta: ({ composite, metaDeferred }) => ({ composite, sums: () => composite.settle({ withDeferred: metaDeferred }) }),
  },
  CompositeMeta: {
    plan: ({ composite }) => composite.plan(),
    cost: async ({ sums }) => (await sums()).cost,
    usage: async ({ sums }) => (await sums()).usage,
    durationMs: async ({ sums }) => (await sums()).durationMs,
    pending: async ({ sums }) => (await sums()).pending,
  },
  MultimodalEvent: {
    __resolveType: (event) => EVENT_TYPES[event.type],
  },
  MultimodalChatEvent: { branch: () => 'CHAT', chat: ({ event }) => event },
  MultimodalSentimentEvent: { branch: () => 'SENTIMENT', sentiment: ({ answer }) => answer },
  MultimodalVisionEvent: { branch: () => 'VISION', vision: ({ answer }) => answer },
  MultimodalEmbedEvent: { branch: () => 'EMBED', embed: ({ answer }) => answer },
  MultimodalBranchFailed: {
    code: ({ error }) => error.code,
    message: ({ error }) => error.message,
    retryAfterMs: ({ error }) => error.details.retryAfterMs ?? null,
  },
  MultimodalDone: {
    meta: ({ composite, sums }) => ({ composite, sums: async () => sums }),
  },
} satisfies Resolvers;
