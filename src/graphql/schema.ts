import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { resolvers } from './resolvers/resolvers.ts';

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** The public contract as SDL, all files of `schema/` in the order of their names. */
export function readTypeDefs(): string {
  return readdirSync(SCHEMA_FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'))
    .join('\n');
}

/** The executable schema: a Federation 2 subgraph. */
export function buildSchema(): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(readTypeDefs(), { noLocation: true }), resolvers }]);
}
