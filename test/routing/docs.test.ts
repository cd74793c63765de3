import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';

const docs = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');

describe('docs/routing.md', () => {
  test.each([...docs.matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, example = '']) => example))('has an example that fits the schema: %#', (example) => {
    expect(validate(buildSchema(), parse(example))).toEqual([]);
  });
});
