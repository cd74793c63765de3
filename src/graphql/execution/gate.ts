import { GraphQLError } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { ExecutableSchema } from '../schema.ts';
import { Authoriser } from './authorise.ts';
import { collectFields, operationOf, type Asked } from './collect.ts';
import { CostEstimator } from './cost.ts';
import { SCHEMA_FIELDS, seesSchema, type IntrospectionPolicy } from './introspection.ts';

export interface GateOptions extends ExecutableSchema {
  introspection: IntrospectionPolicy;
  /** Most that an operation may cost by the estimate of `@cost` and `@listSize`. */
  maxCost: number;
}

/** What is not let through: before anything is executed, whichever transport it came by. */
export class Gate {
  readonly #options: GateOptions;
  readonly #authoriser: Authoriser;
  readonly #costs: CostEstimator;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#authoriser = new Authoriser(options.schema, options.directives);
    this.#costs = new CostEstimator(options.schema, options.directives);
  }

  /** Why an operation is not executed; none when it is. */
  refusals(asked: Asked, principal: Principal): GraphQLError[] {
    if (!seesSchema(principal, this.#options.introspection)) {
      const shown = this.#schemaFields(asked);
      if (shown.length > 0) return shown;
    }
    const refusals = this.#authoriser.refusals(asked, principal);
    if (refusals.length > 0) return refusals;
    const { maxCost } = this.#options;
    const estimatedCost = this.#costs.estimate(asked);
    if (estimatedCost <= maxCost) return [];
    const error = new KanonError('COST_ESTIMATED_TOO_EXPENSIVE', `The operation could cost ${estimatedCost}, and ${maxCost} is allowed: ask for less at once.`, { details: { estimatedCost, maxCost } });
    return [new GraphQLError(error.message, { originalError: error })];
  }

  #schemaFields(asked: Asked): GraphQLError[] {
    const found = operationOf(this.#options.schema, asked);
    if (found === null) return [];
    return [...collectFields(found.reading, found.root, [found.operation])]
      .filter(([, [node]]) => node !== undefined && SCHEMA_FIELDS.has(node.name.value))
      .map(([key, nodes]) => {
        const error = new KanonError('FORBIDDEN', 'Reading the schema needs the scope "introspection"; ask the operator for a key that has it.', { details: { scope: 'introspection' } });
        return new GraphQLError(error.message, { nodes, path: [key], originalError: error });
      });
  }
}
