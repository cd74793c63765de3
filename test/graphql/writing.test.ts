import { makeExecutableSchema } from '@graphql-tools/schema';
import * as fc from 'fast-check';
import { execute, getNamedType, isAbstractType, isLeafType, isObjectType, parse, validate, type DocumentNode, type ExecutionResult, type GraphQLNamedType, type GraphQLObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../src/canonical/call.ts';
import type { RequestContext } from '../../src/graphql/context.ts';
import { enforceDirectives } from '../../src/graphql/directives/enforce.ts';
import { readDirectives } from '../../src/graphql/directives/read.ts';
import { OperationWriter } from '../../src/graphql/writing/operation.ts';
import { reuseRoots, Roots } from '../../src/graphql/writing/roots.ts';

const SDL = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @mask(unlessScope: String!) on FIELD_DEFINITION
  type Query { thing: Thing any: [Any] things: [Thing!]! }
  type Subscription { events: Any! }
  union Any = Thing | Note
  enum Mood { GOOD BAD }
  scalar Moment
  type Note { text: String! id: ID mood: Mood }
  type Thing {
    int: Int whole: Int! float: Float! text: String flag: Boolean! id: ID! moods: [Mood!] moment: Moment lists: [[String]!]
    note: Note other: Any later: Note
    asked(n: Int, all: [Boolean!] = [true]): String
    masked: String @mask(unlessScope: "audit")
    guarded: Int @requiresScopes(scopes: [["guard"]])
  }
`;

interface Thing {
  kind: 'Thing';
  [field: string]: unknown;
}

/** What the resolvers of the root give, and how often they are asked. */
let given: readonly [unknown, unknown];
let asked = 0;
function give(of: (things: readonly [unknown, unknown]) => unknown): unknown {
  asked++;
  if (given[0] instanceof Error) throw given[0];
  return of(given);
}
const SCHEMA = reuseRoots(
  enforceDirectives(
    makeExecutableSchema({
      typeDefs: SDL,
      resolvers: {
        Query: { thing: () => give(([thing]) => thing), any: async () => give((both) => both), things: () => give(([thing]) => [Promise.resolve(thing)]) },
        Subscription: { events: { subscribe: () => null, resolve: (event: unknown) => event } },
        Any: { __resolveType: ({ kind }: { kind: string }) => kind },
        Thing: {
          asked: (_: Thing, { n, all }: { n?: number; all?: boolean[] }) => JSON.stringify([n, all]),
          later: async ({ later }: Thing) => {
            if (later instanceof Error) throw later;
            return later;
          },
        },
      },
    }),
    readDirectives(parse(SDL)),
  ),
);
const writer = new OperationWriter({ schema: SCHEMA, directives: readDirectives(parse(SDL)) });

function contextOf(scopes: readonly string[]): RequestContext {
  const principal: Principal = { keyId: null, app: 'shop', user: null, team: null, scopes, models: null, policy: 'default' };
  return { call: { principal, signal: new AbortController().signal, requestId: 'test', metadata: null } } as unknown as RequestContext;
}

const text = fc.string({ unit: 'binary', maxLength: 8 });
/** What a field holds: mostly what it should. */
const held = (good: fc.Arbitrary<unknown>, ...odd: unknown[]) => fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, new Error('broken'), {}, [], 1.5, Number.NaN, 'x', ...odd) });
const note = fc.record({ kind: fc.constant('Note'), text: held(text), id: held(fc.oneof(text, fc.integer())), mood: held(fc.constantFrom('GOOD', 'BAD'), 'SAD') });
const thing: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  thing: fc.record({
    kind: fc.constant('Thing'),
    int: held(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), 2 ** 40, '7', true),
    whole: held(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), -0),
    float: held(fc.double({ noNaN: true, noDefaultInfinity: true }), Infinity, '1.5'),
    text: held(fc.oneof(text, fc.constantFrom(null, '')), 7, true, () => 'called'),
    flag: held(fc.boolean(), 1),
    id: held(fc.oneof(text, fc.integer())),
    moods: held(fc.array(fc.constantFrom('GOOD', 'BAD'), { maxLength: 3 }), ['GOOD', null], new Set(['BAD'])),
    moment: held(fc.oneof(fc.date({ noInvalidDate: true }), fc.jsonValue()), Symbol('moment')),
    lists: held(fc.array(fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 2 }), { maxLength: 2 }), [null]),
    note: held(fc.oneof(note, fc.constant(null))),
    other: held(fc.oneof({ maxDepth: 2 }, note, tie('thing')), { kind: 'Nothing' }),
    later: held(note),
    masked: text,
    guarded: fc.integer({ min: 0, max: 9 }),
  }),
})).thing;
const pairs: fc.Arbitrary<readonly [unknown, unknown]> = fc.tuple(fc.oneof({ weight: 12, arbitrary: thing }, { weight: 1, arbitrary: fc.constant(new Error('nothing came')) }), note);

/** Turns numbers into a selection on a type: any fields, aliases, fragments, types and directives. */
class Selections {
  readonly #tape: readonly number[];
  #at = 0;

  constructor(tape: readonly number[]) {
    this.#tape = tape;
  }

  #next(below: number): number {
    return (this.#tape[this.#at++ % this.#tape.length] ?? 0) % below;
  }

  on(type: GraphQLNamedType, depth = 0): string {
    if (isAbstractType(type)) return `{ __typename ${SCHEMA.getPossibleTypes(type).map((possible) => `... on ${possible.name} ${this.on(possible, depth + 1)}`).join(' ')} }`;
    if (!isObjectType(type)) return '';
    const some = Array.from({ length: 1 + this.#next(6) }, () => this.#selection(type, depth));
    return `{ ${some.join(' ')} }`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const kind = this.#next(14);
    if (kind === 0) return '__typename';
    if (kind === 1 && depth < 4) return `... on ${type.name} ${this.on(type, depth + 1)}`;
    if (kind === 2 && depth < 4) return `...${this.#directive()} ${this.on(type, depth + 1)}`;
    const fields = Object.values(type.getFields()).filter((field) => depth < 3 || isLeafType(getNamedType(field.type)));
    const field = fields[this.#next(fields.length)];
    if (field === undefined) return '__typename';
    const alias = this.#next(4) === 0 ? `a_${type.name}_${field.name}: ` : '';
    const args = field.name === 'asked' ? ['', '(n: 3)', '(all: [true, false])', '(n: $n)', '(all: $all, n: 1)'][this.#next(5)] ?? '' : '';
    return `${args === '' ? alias : `b${this.#at}: `}${field.name}${args}${kind === 3 ? this.#directive() : ''} ${this.on(getNamedType(field.type), depth + 1)}`;
  }

  #directive(): string {
    const directives = ['@include(if: true)', '@skip(if: true)', '@skip(if: false)', '@include(if: $on)', '@skip(if: $on)', '@include(if: false)'];
    return directives[this.#next(directives.length)] ?? '';
  }
}

const VARIABLES = '($on: Boolean!, $n: Int = 5, $all: [Boolean!])';
const variables = fc.record({ on: fc.boolean() }, { requiredKeys: ['on'] }).chain((on) => fc.record({ n: fc.option(fc.integer({ min: 0, max: 9 })), all: fc.array(fc.boolean(), { maxLength: 2 }) }, { requiredKeys: [] }).map((more) => ({ ...on, ...more })));
const tape = fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 });
const scopes = fc.constantFrom<readonly string[]>(['*'], ['audit', 'guard'], ['guard'], []);

interface Case {
  source: string;
  document: DocumentNode;
  variables: Record<string, unknown>;
  contextValue: RequestContext;
}

/** Operations with what they are executed with. */
function cases(operation: (selection: (type: string) => string) => string): fc.Arbitrary<Case> {
  return fc.tuple(tape, variables, scopes).map(([numbers, variableValues, has]) => {
    const selections = new Selections(numbers);
    const source = operation((type) => selections.on(SCHEMA.getType(type) ?? unknownType()));
    return { source, document: parse(source), variables: variableValues, contextValue: contextOf(has) };
  }).filter(({ document }) => validate(SCHEMA, document).every(({ message }) => message.includes('is never used')));
}

function unknownType(): never {
  throw new TypeError('no such type');
}

const told = ({ errors }: ExecutionResult) => errors?.map(({ path, message }) => [path, message]);

describe('byte for byte as graphql-js answers', () => {
  test('a query, or not at all; what was resolved for it is not resolved again', async () => {
    let written = 0;
    const queries = cases((on) => `query ${VARIABLES} { thing ${on('Thing')} all: any ${on('Any')} things ${on('Thing')} }`);
    const property = fc.asyncProperty(queries, pairs, async ({ document, variables: variableValues, contextValue }, pair) => {
      given = pair;
      asked = 0;
      const roots = new Roots();
      const got = await writer.query({ document, operationName: null, variables: variableValues, context: contextValue }, roots);
      const asks = asked;
      asked = 0;
      const after = await execute({ schema: SCHEMA, document, variableValues, contextValue, rootValue: roots });
      // All three fields, here or there.
      expect([asks, asked].sort()).toEqual([0, 3]);
      const alone = await execute({ schema: SCHEMA, document, variableValues, contextValue });
      expect(JSON.stringify(after.data)).toBe(JSON.stringify(alone.data));
      expect(told(after)).toEqual(told(alone));
      if (alone.errors !== undefined) expect(got).toBeNull();
      if (got === null) return;
      expect(got).toBe(JSON.stringify(alone.data));
      written++;
    });
    await fc.assert(property, { numRuns: 200 });
    expect(written).toBeGreaterThan(20);
  });

  test('the events of a subscription, or not at all', async () => {
    let written = 0;
    const subscriptions = cases((on) => `subscription ${VARIABLES} { events ${on('Any')} }`);
    const property = fc.asyncProperty(subscriptions, fc.array(fc.oneof(thing, note), { minLength: 1, maxLength: 4 }), async ({ document, variables: variableValues, contextValue }, events) => {
      const write = writer.events({ document, operationName: null, variables: variableValues, context: contextValue });
      for (const event of events) {
        const got = (await write?.(event)) ?? null;
        const alone = await execute({ schema: SCHEMA, document, variableValues, contextValue, rootValue: event });
        if (alone.errors !== undefined) expect(got).toBeNull();
        if (got === null) continue;
        expect(got).toBe(JSON.stringify(alone.data));
        written++;
      }
    });
    await fc.assert(property, { numRuns: 200 });
    expect(written).toBeGreaterThan(100);
  });
});

test('is written for one and left to graphql-js for another who may not see it', async () => {
  given = [{ guarded: 7, masked: 'secret' }, null];
  const document = parse('{ thing { guarded masked } }');
  const ask = (has: readonly string[]) => writer.query({ document, operationName: null, variables: null, context: contextOf(has) }, new Roots());
  for (const _ of ['first', 'remembered']) {
    expect(await ask(['guard', 'audit'])).toBe('{"thing":{"guarded":7,"masked":"secret"}}');
    expect(await ask(['guard'])).toBeNull();
    expect(await ask(['audit'])).toBeNull();
  }
});

test('nothing is resolved when the variables do not fit', async () => {
  given = [{ kind: 'Thing' }, null];
  asked = 0;
  const document = parse('query ($n: Int) { thing { asked(n: $n) } }');
  expect(await writer.query({ document, operationName: null, variables: { n: 'many' }, context: contextOf([]) }, new Roots())).toBeNull();
  expect(asked).toBe(0);
});
