import { getArgumentValues, isNonNullType, Kind, type FieldNode, type GraphQLField } from 'graphql';
import { UNWRITABLE } from './write.ts';

type Values = Readonly<Record<string, unknown>>;

/** The arguments of a field by the variables of its operation. @throws where graphql-js has errors to tell of them */
export type Arguments = (variables: Values) => Record<string, unknown>;

/** As graphql-js reads them; where all are variables, without looking at the document for each answer. */
export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Arguments {
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
  const read: { name: string; variable: string; isRequired: boolean }[] = [];
  for (const { name, type, defaultValue } of field.args) {
    const value = given.get(name);
    if (value?.kind !== Kind.VARIABLE || defaultValue !== undefined) return (variables) => getArgumentValues(field, node, variables);
    read.push({ name, variable: value.name.value, isRequired: isNonNullType(type) });
  }
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable, isRequired } of read) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (isRequired && (value === undefined || value === null)) throw UNWRITABLE;
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}
