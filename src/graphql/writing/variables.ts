import {
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { UNWRITABLE } from './write.ts';

/** Coerces a value as graphql-js does. @throws UNWRITABLE, or what a scalar throws, where graphql-js has errors to tell */
export type Coerce = (value: unknown) => unknown;

type Values = Readonly<Record<string, unknown>>;

/** By type: an input may hold itself. */
const known = new WeakMap<GraphQLInputType, Coerce>();

/** What coerces values of a type. */
export function coercerOf(type: GraphQLInputType): Coerce {
  const found = known.get(type);
  if (found !== undefined) return found;
  const coerce = nullable(required(getNullableType(type)), !isNonNullType(type));
  known.set(type, coerce);
  return coerce;
}

/** What coerces the variables of an operation. */
export function variablesOf(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): (given: Values) => Record<string, unknown> {
  const variables = definitions.map(({ variable, type: named, defaultValue }) => {
    const type = typeFromAST(schema, named);
    if (!isInputType(type)) throw UNWRITABLE;
    return { name: variable.name.value, type, defaultValue, coerce: coercerOf(type) };
  });
  return (given) => {
    const values: Record<string, unknown> = {};
    for (const { name, type, defaultValue, coerce } of variables) {
      if (Object.hasOwn(given, name)) values[name] = coerce(given[name]);
      else if (defaultValue !== undefined) values[name] = valueFromAST(defaultValue, type);
      else if (isNonNullType(type)) throw UNWRITABLE;
    }
    return values;
  };
}

function nullable(coerce: Coerce, isNullable: boolean): Coerce {
  return (value) => {
    if (value !== null && value !== undefined) return coerce(value);
    if (isNullable) return null;
    throw UNWRITABLE;
  };
}

function required(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) throw UNWRITABLE;
  if (isInputObjectType(type)) return inputObject(type);
  if (isListType(type)) {
    const item = coercerOf(type.ofType);
    // What is no list is a list of one.
    return (value) => (Array.isArray(value) ? value.map(item) : [item(value)]);
  }
  return (value) => {
    const parsed: unknown = type.parseValue(value);
    if (parsed === undefined) throw UNWRITABLE;
    return parsed;
  };
}

interface Field extends Pick<GraphQLInputField, 'name' | 'defaultValue'> {
  isRequired: boolean;
  coerce: Coerce;
}

function inputObject(type: GraphQLInputObjectType): Coerce {
  let fields: ReadonlyMap<string, Field> | null = null;
  // Not before it is used: one of the fields may be of the same type.
  const read = () => new Map(Object.values(type.getFields()).map(({ name, defaultValue, type: of }) => [name, { name, defaultValue, isRequired: isNonNullType(of), coerce: coercerOf(of) }]));
  return (value) => {
    if (!isObject(value)) throw UNWRITABLE;
    fields ??= read();
    const coerced: Record<string, unknown> = {};
    for (const { name, defaultValue, isRequired, coerce } of fields.values()) {
      const given = value[name];
      if (given !== undefined) coerced[name] = coerce(given);
      else if (defaultValue !== undefined) coerced[name] = defaultValue;
      else if (isRequired) throw UNWRITABLE;
    }
    for (const name of Object.keys(value)) if (!fields.has(name)) throw UNWRITABLE;
    if (type.isOneOf) {
      const [only, ...others] = Object.values(coerced);
      if (only === undefined || only === null || others.length > 0) throw UNWRITABLE;
    }
    return coerced;
  };
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
