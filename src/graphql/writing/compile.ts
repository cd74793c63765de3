import {
  defaultFieldResolver,
  getArgumentValues,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type ValueNode,
} from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import type { RequestContext } from '../context.ts';
import { openResolver } from '../directives/enforce.ts';
import type { SchemaDirectives } from '../directives/read.ts';
import { collectFields, type Reading } from '../execution/collect.ts';
import { writeLeaf } from './leaf.ts';
import { UNWRITABLE, writeList, writeObject, writeValue, type Write, type WrittenField } from './write.ts';

/** Most fields of a selection that is compiled, counted for each type that they may stand on. */
const MAX_FIELDS = 2_000;
/** Parameters of a resolver that asks nothing of where it stands: parent, arguments, context. */
const WITHOUT_INFO = 3;
/** Of one that looks at its parent only. */
const PARENT_ONLY = 1;
/** Of a `resolveType` that asks nothing of where it stands: value, context. */
const TYPE_WITHOUT_INFO = 2;

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** What is compiled, for whom. */
export interface Compilation {
  reading: Reading;
  directives: SchemaDirectives;
  principal: Principal;
}

/**
 * Compiles a selection to what writes the JSON of its values, byte for byte as graphql-js would answer. Permissions
 * and masks are decided here, once for the principal's rights.
 */
export class SelectionCompiler {
  readonly #compilation: Compilation;
  #fields = 0;

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** @throws UNWRITABLE, or a GraphQLError, when the selection has what only graphql-js can do for this principal */
  value(type: GraphQLOutputType, nodes: readonly FieldNode[]): Write {
    return writeValue(this.#required(getNullableType(type), nodes), !isNonNullType(type));
  }

  #required(type: GraphQLOutputType, nodes: readonly FieldNode[]): Write {
    if (isListType(type)) return writeList(this.value(type.ofType, nodes));
    if (isObjectType(type)) return this.#object(type, nodes);
    if (isAbstractType(type)) return this.#abstract(type, nodes);
    if (isNonNullType(type)) throw UNWRITABLE;
    return writeLeaf(type);
  }

  #object(type: GraphQLObjectType, nodes: readonly FieldNode[]): Write {
    if (type.isTypeOf != null) throw UNWRITABLE;
    return writeObject([...collectFields(this.#compilation.reading, type, nodes)].map(([key, fieldNodes]) => this.field(key, type, fieldNodes)));
  }

  #abstract(type: GraphQLAbstractType, nodes: readonly FieldNode[]): Write {
    const { resolveType } = type;
    if (resolveType == null || resolveType.length > TYPE_WITHOUT_INFO) throw UNWRITABLE;
    const writers = new Map<unknown, Write>(this.#compilation.reading.schema.getPossibleTypes(type).map((possible) => [possible.name, this.#object(possible, nodes)]));
    return (value, run) => {
      const write = writers.get(resolveType(value, run.context, run.info, type));
      if (write === undefined) throw UNWRITABLE;
      return write(value, run);
    };
  }

  /** @throws UNWRITABLE as `value` */
  field(key: string, parent: GraphQLObjectType, nodes: readonly FieldNode[]): WrittenField {
    if (++this.#fields > MAX_FIELDS) throw UNWRITABLE;
    const [node] = nodes;
    const name = node?.name.value;
    if (node === undefined || name === undefined) throw UNWRITABLE;
    if (name === '__typename') return { key, read: () => parent.name, write: () => JSON.stringify(parent.name) };
    const field = parent.getFields()[name];
    if (field === undefined) throw UNWRITABLE;
    const { directives, principal } = this.#compilation;
    const resolve = openResolver(directives, parent.name, field, principal);
    if (resolve === null) throw UNWRITABLE;
    return { key, read: this.#reader(resolve, field, node), write: this.value(field.type, nodes) };
  }

  #reader(resolve: Resolver, field: GraphQLField<unknown, unknown>, node: FieldNode): WrittenField['read'] {
    if (resolve === defaultFieldResolver) return propertyOf(field.name);
    if (resolve.length > WITHOUT_INFO) throw UNWRITABLE;
    if (field.args.length === 0 || resolve.length <= PARENT_ONLY) return (value, { context, info }) => resolve(value, NO_ARGUMENTS, context, info);
    if ((node.arguments ?? []).some(({ value }) => hasVariable(value))) return (value, { context, info }) => resolve(value, getArgumentValues(field, node, info.variableValues), context, info);
    const args = getArgumentValues(field, node);
    return (value, { context, info }) => resolve(value, args, context, info);
  }
}

const NO_ARGUMENTS = {};

function hasVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return value.values.some(hasVariable);
    case Kind.OBJECT:
      return value.fields.some((field) => hasVariable(field.value));
    default:
      return false;
  }
}

/** As the default resolver of graphql-js does it, but for functions. */
function propertyOf(name: string): WrittenField['read'] {
  return (parent) => {
    if (!isObject(parent)) return undefined;
    const property = parent[name];
    if (typeof property === 'function') throw UNWRITABLE;
    return property;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
