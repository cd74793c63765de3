import type { Principal } from '../../canonical/call.ts';

/** Who may see the schema: those with the scope `introspection` or `*`, or everybody with a key. */
export type IntrospectionPolicy = 'admin' | 'keys';

/** Root fields that show the schema: GraphQL's own, and federation's. */
export const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '_service']);

export function seesSchema({ scopes }: Principal, policy: IntrospectionPolicy): boolean {
  return policy === 'keys' || scopes.includes('*') || scopes.includes('introspection');
}

/** A message of graphql-js without what it guesses from the schema. */
export function withoutHints(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/g, '');
}
