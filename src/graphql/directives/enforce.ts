import { defaultFieldResolver, isNonNullType, isObjectType, type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import type { RequestContext } from '../context.ts';
import { refusalOf, requirementsOf } from './access.ts';
import { hasScope, maskedForm, ownMaskedForm } from './mask.ts';
import type { Requirement, SchemaDirectives } from './read.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** What resolves a field, as it was before the directives were put in front of it. */
const open = new WeakMap<GraphQLField<unknown, RequestContext>, Resolver>();

/**
 * Puts the directives in front of the resolvers of the fields they stand on, and of no others: a field without
 * permission is null with `FORBIDDEN` and its path, wherever it stands, and its resolver does not run.
 * @throws TypeError when `@mask` stands on a field that has no masked form
 */
export function enforceDirectives(schema: GraphQLSchema, directives: SchemaDirectives): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      open.set(field, field.resolve ?? defaultFieldResolver);
      const scope = directives.masks.get(`${type.name}.${field.name}`);
      if (scope !== undefined) {
        if (isNonNullType(field.type) && maskedForm('', field.type) === null) throw new TypeError(`${type.name}.${field.name}: what is masked is text, or may be null.`);
        const { resolve = defaultFieldResolver } = field;
        field.resolve = async (parent, args, context: RequestContext, info) => {
          const isShown = hasScope(context.call.principal, scope);
          const own = isShown ? null : ownMaskedForm(parent, field.name);
          // What is not shown is not read either, where that can be.
          if (own !== null) return own;
          const value: unknown = await resolve(parent, args, context, info);
          return isShown ? value : maskedForm(value, field.type);
        };
      }
      const requirements = requirementsOf(directives, type.name, field.name, field.type);
      if (requirements.length === 0) continue;
      field.resolve = guarded(requirements, field.resolve ?? defaultFieldResolver);
      if (field.subscribe !== undefined) field.subscribe = guarded(requirements, field.subscribe);
    }
  }
  return schema;
}

/** What resolves a field for a principal who may see it, and as it is; null for all others. */
export function openResolver(directives: SchemaDirectives, type: string, field: GraphQLField<unknown, RequestContext>, principal: Principal): Resolver | null {
  const scope = directives.masks.get(`${type}.${field.name}`);
  if (scope !== undefined && !hasScope(principal, scope)) return null;
  if (refusalOf(principal, requirementsOf(directives, type, field.name, field.type)) !== null) return null;
  return open.get(field) ?? field.resolve ?? defaultFieldResolver;
}

function guarded(requirements: readonly Requirement[], resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    const refusal = refusalOf(context.call.principal, requirements);
    if (refusal !== null) throw refusal;
    return resolve(parent, args, context, info);
  };
}
