import { assertOperator, explainChat, modelHealth } from '../../operations/explain.ts';
import type { QueryResolvers, Resolvers, RouteStrategy } from '../generated/resolvers.ts';
import { shapeOfInput } from '../inputs/explain.ts';

const STRATEGIES = {
  priority: 'PRIORITY',
  weighted: 'WEIGHTED',
  fastest: 'FASTEST',
  cheapest: 'CHEAPEST',
  leastBusy: 'LEAST_BUSY',
  race: 'RACE',
} as const satisfies Record<string, RouteStrategy>;

export const routingQueries = {
  explain: (_, { input }, { operations, call }) => {
    assertOperator(call.principal);
    const context = { principal: call.principal, metadata: input.metadata ?? null, residency: operations.catalog.residencyOf(call.principal) };
    return explainChat(operations.catalog, input.model ?? null, shapeOfInput(input), context);
  },
} satisfies QueryResolvers;

export const routingTypes = {
  Explanation: {
    strategy: ({ strategy }) => STRATEGIES[strategy],
    errorCode: ({ error }) => error?.code ?? null,
    errorMessage: ({ error }) => error?.message ?? null,
  },
} satisfies Resolvers;

/** `Model.targets`. @throws KanonError FORBIDDEN */
export const modelTargets = ((model, _, { call }) => modelHealth(model, call.principal)) satisfies NonNullable<Resolvers['Model']>['targets'];
