import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, parse, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { enforceDirectives } from './directives/enforce.ts';
import { readDirectives, type SchemaDirectives } from './directives/read.ts';
import { isolateEntities } from './entities.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { reuseRoots } from './writing/roots.ts';

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** The public contract as SDL, all files of `schema/` in the order of their names. */
export function readTypeDefs(): string {
  return readdirSync(SCHEMA_FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'))
    .join('\n');
}

/** A schema that can be executed, and the directives that its executor obeys. */
export interface ExecutableSchema {
  schema: GraphQLSchema;
  directives: SchemaDirectives;
}

/** The executable schema: a Federation 2 subgraph whose directives are enforced. */
export function buildSchema(): GraphQLSchema {
  return buildExecutable().schema;
}

/** The same, with its directives. */
export function buildExecutable(): ExecutableSchema {
  const typeDefs = parse(readTypeDefs(), { noLocation: true });
  const directives = readDirectives(typeDefs);
  const schema = buildSubgraphSchema([{ typeDefs: withoutAccess(typeDefs), resolvers }]);
  return { schema: reuseRoots(enforceDirectives(isolateEntities(schema), directives)), directives };
}

/** Directives of federation by which a router decides from claims of its own who may see a field. */
const ACCESS: ReadonlySet<string> = new Set(['authenticated', 'requiresScopes', 'policy']);

/**
 * The schema as it is told to a router: without the directives on access, which hold for Kanon's keys. A router knows
 * nothing of those, and would refuse everybody; some refuse to start. It passes the key on, and Kanon decides.
 */
function withoutAccess(typeDefs: DocumentNode): DocumentNode {
  return visit(typeDefs, {
    Directive: (node) => (ACCESS.has(node.name.value) ? null : undefined),
    StringValue(node, _key, parent) {
      const inList = Array.isArray(parent);
      return inList && node.kind === Kind.STRING && node.value.startsWith('@') && ACCESS.has(node.value.slice(1)) ? null : undefined;
    },
  });
}
