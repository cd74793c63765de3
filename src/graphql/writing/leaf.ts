import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString, isEnumType, type GraphQLEnumType, type GraphQLLeafType } from 'graphql';
import { UNWRITABLE, type Write } from './write.ts';

const LARGEST_INT = 2_147_483_647;

/** Writes a scalar or an enum. What is of the right kind already needs no `serialize`; the rest goes through it. */
export function writeLeaf(type: GraphQLLeafType): Write {
  if (isEnumType(type)) return writeEnum(type);
  const serialized: Write = (value) => {
    const leaf: unknown = type.serialize(value);
    const text = leaf === null ? undefined : JSON.stringify(leaf);
    if (text === undefined) throw UNWRITABLE;
    return text;
  };
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (value, run) => (typeof value === 'string' ? JSON.stringify(value) : serialized(value, run));
    case GraphQLInt:
      return (value, run) => (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LARGEST_INT ? JSON.stringify(value) : serialized(value, run));
    case GraphQLFloat:
      return (value, run) => (typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : serialized(value, run));
    case GraphQLBoolean:
      return (value, run) => (value === true ? 'true' : value === false ? 'false' : serialized(value, run));
    default:
      return serialized;
  }
}

function writeEnum(type: GraphQLEnumType): Write {
  const names = new Map(type.getValues().map(({ name, value }): [unknown, string] => [value, JSON.stringify(name)]));
  return (value) => {
    const text = names.get(value);
    if (text === undefined) throw UNWRITABLE;
    return text;
  };
}
