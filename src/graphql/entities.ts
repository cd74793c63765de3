import { isUnionType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { InputError } from '../canonical/errors.ts';
import type { RequestContext } from './context.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext, { representations: readonly unknown[] }>;

/**
 * Has federation's `_entities` resolve each representation by itself. The resolver of the subgraph library throws at
 * the first that it does not know, and leaves those before it to fail with nobody listening, which ends the process.
 */
export function isolateEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve: Resolver | undefined = field?.resolve;
  if (field === undefined || resolve === undefined) return schema;
  const union = schema.getType('_Entity');
  const entities = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
  const one: Resolver = async (parent, args, context, info) => {
    const [representation] = args.representations;
    const name = typeof representation === 'object' && representation !== null && '__typename' in representation ? representation.__typename : undefined;
    if (typeof name !== 'string' || !entities.includes(name)) throw new InputError('representations', `expected objects with the __typename of an entity: ${entities.join(', ')}.`);
    const resolved: unknown = await resolve(parent, args, context, info);
    return Array.isArray(resolved) ? resolved[0] : null;
  };
  const all: Resolver = (parent, { representations }, context, info) => representations.map((representation) => one(parent, { representations: [representation] }, context, info));
  field.resolve = all;
  return schema;
}
