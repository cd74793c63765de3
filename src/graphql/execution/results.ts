import type { SingularExecutionResult, SubsequentIncrementalExecutionResult } from '@graphql-tools/executor';
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import type { RequestContext } from '../context.ts';
import { AccessError } from '../directives/access.ts';
import { formatError, rootOf } from '../errors.ts';
import { INVALID, MAX_DOCUMENT_ERRORS } from './documents.ts';
import { seesSchema, withoutHints, type IntrospectionPolicy } from './introspection.ts';
import { TooManySubscriptions } from './subscriptions.ts';

/** Most errors of one answer; of more, `extensions.errorsLeftOut` tells the number. */
const MAX_ERRORS = 50;

/** One part of an answer as it goes over the wire; the fields beyond a result stand only in incremental answers. */
export interface ResponsePart extends FormattedExecutionResult {
  hasNext?: boolean;
  pending?: unknown;
  incremental?: unknown;
  completed?: unknown;
}

export interface ResultOptions {
  introspection: IntrospectionPolicy;
  /** Told of whoever is refused by a directive of the schema, or asks for too much at once. */
  onRefused: (principal: Principal, reason: string) => void;
  log: Log;
}

/** Results of graphql-js in the form in which they are told: errors in our codes, and no more of them than is of use. */
export class Results {
  readonly #options: ResultOptions;

  constructor(options: ResultOptions) {
    this.#options = options;
  }

  /** What of a message of graphql-js a principal is told. */
  tell(principal: Principal): (message: string) => string {
    return seesSchema(principal, this.#options.introspection) ? (message) => message : withoutHints;
  }

  /** Errors of graphql-js as a principal is told them. */
  tellErrors(errors: readonly GraphQLFormattedError[], principal: Principal): GraphQLFormattedError[] {
    const tell = this.tell(principal);
    const shown = errors.filter(({ extensions }, index) => index < MAX_DOCUMENT_ERRORS || extensions?.['code'] !== INVALID);
    return shown.map((error) => ({ ...error, message: tell(error.message) }));
  }

  /** @param more extensions of ours */
  whole({ errors, data, extensions: own }: SingularExecutionResult, context: RequestContext, more?: Record<string, unknown>): FormattedExecutionResult {
    const extensions = more === undefined ? own : { ...own, ...more };
    const errorsLeftOut = (errors?.length ?? 0) - MAX_ERRORS;
    return {
      ...(errors === undefined ? {} : { errors: errors.slice(0, MAX_ERRORS).map((error) => this.error(error, context)) }),
      ...(data === undefined ? {} : { data }),
      ...(errorsLeftOut <= 0 ? (extensions === undefined ? {} : { extensions }) : { extensions: { ...extensions, errorsLeftOut } }),
    };
  }

  /** A part that came later. */
  part(part: SubsequentIncrementalExecutionResult, context: RequestContext): ResponsePart {
    const formatted = <T extends { errors?: readonly GraphQLError[] }>(item: T) =>
      item.errors === undefined ? item : { ...item, errors: item.errors.map((error) => this.error(error, context)) };
    return {
      ...part,
      ...(part.incremental === undefined ? {} : { incremental: part.incremental.map(formatted) }),
      ...(part.completed === undefined ? {} : { completed: part.completed.map(formatted) }),
    };
  }

  error(error: unknown, { call }: RequestContext): GraphQLFormattedError {
    const { onRefused, log } = this.#options;
    const root = rootOf(error);
    const reason = refusalOf(root);
    if (reason !== null) onRefused(call.principal, reason);
    const formatted = formatError(error, call.requestId, log);
    return root instanceof KanonError ? formatted : (this.tellErrors([formatted], call.principal)[0] ?? formatted);
  }
}

/** Why a principal was refused before anything was executed, as the audit trail says it; null for any other error. */
function refusalOf(error: unknown): string | null {
  if (error instanceof AccessError) return error.reason;
  if (error instanceof TooManySubscriptions) return 'subscriptions';
  return error instanceof KanonError && error.code === 'COST_ESTIMATED_TOO_EXPENSIVE' ? 'estimated cost' : null;
}
