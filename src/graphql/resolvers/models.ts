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
    budgets: (principal, _, { spending }) => spending.standing(principal),
  },
  Budget: {
    scope: ({ limit }) => limit.scope.kind,
    name: ({ limit }) => limit.scope.id,
    unit: ({ limit }) => limit.unit,
    amount: ({ limit }) => limit.amount,
    per: ({ limit }) => (limit.unit === 'CONCURRENT' ? null : limit.per),
    sliding: ({ limit }) => limit.window === 'SLIDING',
    soft: ({ limit }) => limit.soft === true,
  },
} satisfies Resolvers;
