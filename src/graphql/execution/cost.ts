import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { ListSize, SchemaDirectives } from '../directives/read.ts';
import { collectFields, type FoundOperation, type Reading } from './collect.ts';

/** Items of a list of which the schema says nothing. */
const ASSUMED_ITEMS = 10;

/**
 * Estimates what an operation costs, before it is executed: federation's `@cost` and `@listSize`
 * (https://ibm.github.io/graphql-specs/cost-spec.html, https://www.apollographql.com/docs/graphos/routing/security/demand-control).
 * A field costs its weight, else that of its type, else 1 for an object and 0 for a scalar; a list as many times that and
 * what is selected of it as it may have items; of several types that a field may return, all together. An argument
 * costs what `@cost` says where it is given, and otherwise nothing.
 */
export class CostEstimator {
  readonly #schema: GraphQLSchema;
  readonly #directives: SchemaDirectives;

  constructor(schema: GraphQLSchema, directives: SchemaDirectives) {
    this.#schema = schema;
    this.#directives = directives;
  }

  /** In units of a trivial object: no money. */
  estimate({ reading, root, operation }: FoundOperation): number {
    return this.#selections(reading, root, [operation], new Map());
  }

  #selections(reading: Reading, type: GraphQLObjectType, nodes: Parameters<typeof collectFields>[2], sizes: ReadonlyMap<string, number>): number {
    let cost = 0;
    for (const fields of collectFields(reading, type, nodes).values()) {
      const [node] = fields;
      const field = node === undefined ? undefined : type.getFields()[node.name.value];
      if (node !== undefined && field !== undefined) cost += this.#field(reading, type, field, [node, ...fields.slice(1)], sizes.get(field.name) ?? null);
    }
    return cost;
  }

  #field(reading: Reading, parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, nodes: [FieldNode, ...FieldNode[]], sized: number | null): number {
    const { costs, listSizes } = this.#directives;
    const coordinate = `${parent.name}.${field.name}`;
    const returned = getNamedType(field.type);
    const weight = costs.get(coordinate) ?? costs.get(returned.name) ?? (isCompositeType(returned) ? 1 : 0);
    const [node] = nodes;
    const listSize = listSizes.get(coordinate);
    const size = listSize === undefined ? null : sizeOf(listSize, field, node, reading);
    const sizes = new Map(size === null ? [] : (listSize?.sizedFields ?? []).map((name) => [name, size]));
    const types = isObjectType(returned) ? [returned] : isAbstractType(returned) ? this.#schema.getPossibleTypes(returned) : [];
    let each = weight;
    for (const type of types) each += this.#selections(reading, type, nodes, sizes);
    const items = isListType(getNullableType(field.type)) ? (sized ?? representations(field, node, reading) ?? (sizes.size > 0 ? null : size) ?? ASSUMED_ITEMS) : 1;
    let cost = items * each;
    for (const { name, value } of node.arguments ?? []) {
      const own = costs.get(`${coordinate}(${name.value}:)`);
      if (own !== undefined && valueFromASTUntyped(value, reading.variables) != null) cost += own;
    }
    return cost;
  }
}

function argumentOf(name: string, field: GraphQLField<unknown, unknown>, node: FieldNode, { variables }: Reading): unknown {
  const given = node.arguments?.find((argument) => argument.name.value === name);
  const value: unknown = given === undefined ? undefined : valueFromASTUntyped(given.value, variables);
  return value === undefined ? field.args.find((argument) => argument.name === name)?.defaultValue : value;
}

function sizeOf({ assumedSize, slicingArguments }: ListSize, field: GraphQLField<unknown, unknown>, node: FieldNode, reading: Reading): number | null {
  const slices = slicingArguments.map((name) => argumentOf(name, field, node, reading)).filter((value): value is number => typeof value === 'number' && value >= 0);
  return slices.length > 0 ? Math.max(...slices) : assumedSize;
}

/** Federation's `_entities` answers as many as are asked for. */
function representations(field: GraphQLField<unknown, unknown>, node: FieldNode, reading: Reading): number | null {
  if (field.name !== '_entities') return null;
  const asked = argumentOf('representations', field, node, reading);
  return Array.isArray(asked) ? asked.length : 1;
}
