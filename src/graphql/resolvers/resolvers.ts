import type { Resolvers } from '../generated/resolvers.ts';
import { Base64, DateTime, JSONObject, UrlScalar } from '../scalars.ts';
import { askQueries, chatSubscription } from './ask.ts';
import { callQueries, callTypes } from './calls.ts';
import { chatTypes } from './chat.ts';
import { modelQueries, modelTypes } from './models.ts';
import { multimodalQuery, multimodalSubscription, multimodalTypes } from './multimodal.ts';
import { resultTypes } from './results.ts';
import { routingQueries, routingTypes } from './routing.ts';

/** All resolvers of the schema. */
export const resolvers = {
  Base64,
  DateTime,
  JSONObject,
  URL: UrlScalar,
  Query: { ...askQueries, ...multimodalQuery, ...modelQueries, ...callQueries, ...routingQueries },
  Subscription: { chat: chatSubscription, multimodal: multimodalSubscription },
  ...chatTypes,
  ...multimodalTypes,
  ...modelTypes,
  ...routingTypes,
  ...callTypes,
  ...resultTypes,
} satisfies Resolvers;
