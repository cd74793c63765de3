import { GraphQLError } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import { AccessError } from '../directives/access.ts';
import type { ExecutableSchema } from '../schema.ts';
import { Authoriser } from './authorise.ts';
import { collectFields, operationOf, type Asked, type FoundOperation } from './collect.ts';
import { CostEstimator } from './cost.ts';
import { SCHEMA_FIELDS, seesSchema, type IntrospectionPolicy } from './introspection.ts';
import { PerRights, rightsOf } from './per-rights.ts';
import { watched } from './watched.ts';

export interface GateOptions extends ExecutableSchema {
  introspection: IntrospectionPolicy;
  /** Most that an operation may cost by the estimate of `@cost` and `@listSize`. */
  maxCost: number;
}

/** What came of looking at an operation before it is executed. */
export interface Examination {
  /** Why it is not executed; none when it is. */
  refusals: GraphQLError[];
  /** By `@cost` and `@listSize`; null where it was refused before that was looked at. */
  estimatedCost: number | null;
}

/**
 * What is not let through: before anything is executed, whichever transport it came by. An operation whose examination
 * looked at no variable comes to the same for everybody with the same rights, so that one who passed passes again.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #authoriser: Authoriser;
  readonly #costs: CostEstimator;
  /** What came of an operation that was let through. */
  readonly #passed = new PerRights<Examination>();

  constructor(options: GateOptions) {
    this.#options = options;
    this.#authoriser = new Authoriser(options.schema, options.directives);
    this.#costs = new CostEstimator(options.schema, options.directives);
  }

  /** Looks at an operation before it is executed. */
  examine(asked: Asked, principal: Principal): Examination {
    const rights = rightsOf(principal);
    const passed = this.#passed.get(asked, rights);
    if (passed !== undefined) return passed;
    const found = operationOf(this.#options.schema, asked);
    if (found === null) return { refusals: [], estimatedCost: null };
    const { variables, isUntouched } = watched(found.reading.variables);
    const examination = this.#examine({ ...found, reading: { ...found.reading, variables } }, principal);
    if (examination.refusals.length === 0 && isUntouched()) this.#passed.set(asked, rights, examination);
    return examination;
  }

  #examine(found: FoundOperation, principal: Principal): Examination {
    if (!seesSchema(principal, this.#options.introspection)) {
      const shown = schemaFields(found);
      if (shown.length > 0) return { refusals: shown, estimatedCost: null };
    }
    const refusals = this.#authoriser.refusals(found, principal);
    if (refusals.length > 0) return { refusals, estimatedCost: null };
    const { maxCost } = this.#options;
    const estimatedCost = this.#costs.estimate(found);
    if (estimatedCost <= maxCost) return { refusals: [], estimatedCost };
    const error = new KanonError('COST_ESTIMATED_TOO_EXPENSIVE', `The operation could cost ${estimatedCost}, and ${maxCost} is allowed: ask for less at once.`, { details: { estimatedCost, maxCost } });
    return { refusals: [new GraphQLError(error.message, { originalError: error })], estimatedCost };
  }
}

function schemaFields({ reading, root, operation }: FoundOperation): GraphQLError[] {
  return [...collectFields(reading, root, [operation])]
    .filter(([, [node]]) => node !== undefined && SCHEMA_FIELDS.has(node.name.value))
    .map(([key, nodes]) => {
      const error = new AccessError('Reading the schema needs the scope "introspection"; ask the operator for a key that has it.', 'scope introspection', { scope: 'introspection' });
      return new GraphQLError(error.message, { nodes, path: [key], originalError: error });
    });
}
