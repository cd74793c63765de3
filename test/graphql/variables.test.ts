import * as fc from 'fast-check';
import { buildSchema, coerceInputValue, getNullableType, getVariableValues, isEnumType, isInputObjectType, isInputType, isListType, isNonNullType, isScalarType, Kind, parse, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import { buildSchema as kanonSchema } from '../../src/graphql/schema.ts';
import { coercerOf, variablesOf } from '../../src/graphql/writing/variables.ts';

const MADE_UP = buildSchema(`
  enum Mood { GOOD BAD }
  input Nested { self: Nested others: [Nested!] mood: Mood! = GOOD moods: [[Mood]!] limit: Int = 5 text: String! id: ID flag: Boolean float: Float }
  input One @oneOf { a: Int b: Nested c: [String!] }
  type Query { ask(nested: Nested, one: One!, list: [One]): Int }
`);
const KANON = kanonSchema();

const odd = fc.constantFrom<unknown>(null, '', 7, -1.5, 2 ** 40, true, [], {}, [null], 'GOOD', { __proto__: 1 }, { toString: 1 }, { text: 'x', more: 1 });

/** Values that mostly fit a type. */
function valueOf(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  const bare = getNullableType(type);
  const good = (): fc.Arbitrary<unknown> => {
    if (isListType(bare)) return depth > 3 ? fc.constant([]) : fc.oneof(fc.array(valueOf(bare.ofType, depth + 1), { maxLength: 2 }), valueOf(bare.ofType, depth + 1));
    if (isEnumType(bare)) return fc.constantFrom(...bare.getValues().map(({ name }) => name));
    if (isInputObjectType(bare)) {
      const fields = Object.values(bare.getFields()).filter(({ type: of }) => depth < 3 || isNonNullType(of));
      if (bare.isOneOf) return fc.oneof(...Object.values(bare.getFields()).map(({ name, type: of }) => (depth > 3 ? fc.constant({}) : valueOf(of, depth + 1).map((value) => ({ [name]: value })))));
      return fc.record(Object.fromEntries(fields.map(({ name, type: of }) => [name, valueOf(of, depth + 1)])), { requiredKeys: fields.filter(({ type: of }) => isNonNullType(of)).map(({ name }) => name) });
    }
    if (isScalarType(bare) && ['Int', 'Float'].includes(bare.name)) return fc.integer({ min: -9, max: 9 });
    if (isScalarType(bare) && bare.name === 'Boolean') return fc.boolean();
    if (isScalarType(bare) && bare.name === 'JSONObject') return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 });
    return fc.constantFrom('text', 'https://shop.example/a.png', '2026-11-24T09:30:00Z');
  };
  return fc.oneof({ weight: 20, arbitrary: good() }, { weight: 1, arbitrary: odd });
}

/** As a request is read: without what JSON does not know. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function attempt<T>(run: () => T): { value: T } | { failed: true } {
  try {
    return { value: run() };
  } catch {
    return { failed: true };
  }
}

const input = (schema: GraphQLSchema, name: string): GraphQLInputType => {
  const type = schema.getType(name);
  if (!isInputType(type)) throw new TypeError(`${name} is no input`);
  return type;
};

test.each([
  ['Nested', MADE_UP],
  ['One', MADE_UP],
  ['ChatInput', KANON],
  ['MultimodalInput', KANON],
  ['CallFilter', KANON],
])('%s is read as graphql-js reads it, or not at all', (name, schema) => {
  const type = input(schema, name);
  let read = 0;
  const property = fc.property(valueOf(type), (given) => {
    const value = asJson(given);
    const expected = attempt(() => coerceInputValue(value, type) as unknown);
    const got = attempt(() => coercerOf(type)(value));
    expect(got).toEqual(expected);
    if ('value' in got && 'value' in expected) expect(JSON.stringify(got.value)).toBe(JSON.stringify(expected.value));
    if ('value' in got && got.value !== null) read++;
  });
  fc.assert(property, { numRuns: 300 });
  expect(read).toBeGreaterThan(20);
});

test.each([
  ['($n: Nested, $o: One!)', { n: { text: 'x' }, o: { a: 1 } }],
  ['($n: Nested = { text: "d", mood: BAD }, $o: One!)', { o: { c: 'x' } }],
  ['($n: Nested = { text: "d" }, $o: One!)', { n: null, o: { b: { text: '' } } }],
  ['($n: Nested, $o: One!)', { n: { text: 'x' } }],
  ['($n: Nested, $o: One!)', { o: null }],
  ['($n: Nested!, $o: [One!] = [{ a: 1 }])', { n: { text: 'x', self: { text: 'y', limit: null } }, more: 1 }],
  ['($n: Nested!)', { n: 'x' }],
  ['', { n: 1 }],
])('variables %s are those of graphql-js: %j', (definitions, given) => {
  const [operation] = parse(`query ${definitions} { __typename }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('no operation');
  const nodes = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(MADE_UP, nodes, given);
  expect(attempt(() => variablesOf(MADE_UP, nodes)(given))).toEqual(errors === undefined ? { value: coerced } : { failed: true });
});
