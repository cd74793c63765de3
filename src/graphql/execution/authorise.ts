import { getNamedType, GraphQLError, isAbstractType, isObjectType, type FieldNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { meets, refusalOf, requirementsOf, type AccessError } from '../directives/access.ts';
import type { SchemaDirectives } from '../directives/read.ts';
import { collectFields, type FoundOperation, type Reading } from './collect.ts';

/**
 * Refuses root fields before anything runs: those without permission, and those of which no child is allowed. They
 * cannot be null in this schema, so that by GraphQL's own rules nothing is left of an answer they stand in, and
 * nothing is worth being asked of a model. A field further down is refused where it stands, and the rest answers.
 * @returns the refusals; none when the operation may go on
 */
export class Authoriser {
  readonly #schema: GraphQLSchema;
  readonly #directives: SchemaDirectives;

  constructor(schema: GraphQLSchema, directives: SchemaDirectives) {
    this.#schema = schema;
    this.#directives = directives;
  }

  refusals({ reading, root, operation }: FoundOperation, principal: Principal): GraphQLError[] {
    // Who may everything that the schema restricts is spared the walk.
    if ([...this.#directives.requirements.values()].every((requirement) => meets(principal, requirement))) return [];
    const refusals: GraphQLError[] = [];
    for (const [key, nodes] of collectFields(reading, root, [operation])) {
      const refusal = this.#refusal(reading, root, nodes, principal);
      if (refusal !== null) refusals.push(new GraphQLError(refusal.message, { nodes, path: [key], originalError: refusal }));
    }
    return refusals;
  }

  /** Why a field is refused: it is itself, or all that is selected of it. */
  #refusal(reading: Reading, parent: GraphQLObjectType, nodes: readonly FieldNode[], principal: Principal): AccessError | null {
    const name = nodes[0]?.name.value ?? '';
    const field = parent.getFields()[name];
    if (field === undefined) return null;
    const own = refusalOf(principal, requirementsOf(this.#directives, parent.name, name, field.type));
    if (own !== null) return own;
    const returned = getNamedType(field.type);
    const types = isObjectType(returned) ? [returned] : isAbstractType(returned) ? this.#schema.getPossibleTypes(returned) : [];
    let first: AccessError | null = null;
    for (const type of types) {
      for (const [key, children] of collectFields(reading, type, nodes)) {
        // That there is an object tells nothing.
        if (key === '__typename' || children[0]?.name.value === '__typename') continue;
        const refusal = this.#refusal(reading, type, children, principal);
        if (refusal === null) return null;
        first ??= refusal;
      }
    }
    return first;
  }
}
