import { mayAsk } from '../../canonical/call.ts';
import type { QueryResolvers, Resolvers } from '../generated/resolvers.ts';
import { modelTargets } from './routing.ts';

export const modelQueries = {
  models: (_, { operation }, { operations, call }) => operations.modelsOf(call.principal, operation ?? undefined),
  viewer: (_, __, { call }) => call.principal,
} satisfies QueryResolvers;

export const modelTypes = {
  Model: {
    __resolveReference: ({ name }, { operations, call }) => (mayAsk(call.principal, name) ? (operations.catalog.get(name) ?? null) : null),
    isDefault: (model, _, { operations, call }) => operations.modelsOf(call.principal, model.operation)[0] === model,
    targets: modelTargets,
    isEnsemble: (model) => model.kind === 'ensemble',
  },
  Viewer: {
    scopes: (principal) => [...principal.scopes],
    models: (principal, _, { operations }) => operations.modelsOf(principal),
  },
} satisfies Resolvers;
