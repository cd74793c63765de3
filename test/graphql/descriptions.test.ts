import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { undescribed } from '../../scripts/undescribed.ts';
import { readTypeDefs } from '../../src/graphql/schema.ts';

test('every type, field, argument, input field and enum value of the contract is described', () => {
  expect(undescribed(parse(readTypeDefs()))).toEqual([]);
});

test('what is not described is named', () => {
  const document = parse(`
    "Q." type Query { "F." a("A." x: Int, y: Int): Int b: Int }
    enum E { "One." ONE TWO }
    input I { "" x: Int }
    "U." union U = Query
    scalar S
    directive @d("A." a: Int, b: Int) on FIELD
  `);
  expect(undescribed(document)).toEqual(['Query.a.y', 'Query.b', 'E', 'E.TWO', 'I', 'I.x', 'S', 'd', 'd.b']);
});
