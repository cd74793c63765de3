import type { QueryResolvers, Resolvers } from '../generated/resolvers.ts';

export const modelQueries = {
  models: (_, { operation }, { operations }) => operations.catalog.list(operation ?? undefined),
  viewer: (_, __, { call }) => call.principal,
} satisfies QueryResolvers;

export const modelTypes = {
  Model: {
    __resolveReference: ({ name }, { operations }) => operations.catalog.get(name) ?? null,
    isDefault: (model, _, { operations }) => operations.catalog.isDefault(model),
    isEnsemble: (model) => model.kind === 'ensemble',
  },
  Viewer: {
    scopes: (principal) => [...principal.scopes],
    models: (_, __, { operations }) => operations.catalog.list(),
  },
} satisfies Resolvers;
