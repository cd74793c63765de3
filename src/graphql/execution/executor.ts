import {
  execute,
  subscribe,
  type IncrementalExecutionResults,
  type SingularExecutionResult,
  type SubsequentIncrementalExecutionResult,
} from '@graphql-tools/executor';
import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationTypeNode,
  type ValidationRule,
} from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import type { RequestContext } from '../context.ts';
import { formatError, rootOf } from '../errors.ts';
import { AccessError } from '../directives/access.ts';
import type { ExecutableSchema } from '../schema.ts';
import { Gate, type GateOptions } from './gate.ts';
import { seesSchema, withoutHints, type IntrospectionPolicy } from './introspection.ts';
import { answersInParts } from './incremental.ts';
import { limitsRule, type DocumentLimits } from './limits.ts';
import { RunningSubscriptions, withEnd } from './subscriptions.ts';

const CACHED_DOCUMENTS = 1_000;
/** Most errors of one answer; of more, `extensions.errorsLeftOut` tells the number. */
const MAX_ERRORS = 50;
/** Most errors of a document that is not valid: an answer must not grow with what is refused. */
const MAX_DOCUMENT_ERRORS = 5;
const INVALID = 'GRAPHQL_VALIDATION_FAILED';

/** How parts that come later are written: with `path` and `label` (2022-08-24), or with `pending` ids (v0.2). */
export type IncrementalFormat = 'v0.1' | 'v0.2';

export interface ExecutionRequest {
  /** Parsed and valid. */
  document: DocumentNode;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>> | null;
  context: RequestContext;
  incremental: IncrementalFormat;
  /** The caller wants to know what the operation was estimated to cost. */
  tellCost: boolean;
}

/** One part of an answer as it goes over the wire; the fields beyond a result stand only in incremental answers. */
export interface ResponsePart extends FormattedExecutionResult {
  hasNext?: boolean;
  pending?: unknown;
  incremental?: unknown;
  completed?: unknown;
}

/** What an operation answers: whole, or in parts. */
export type ExecutionResponse = { kind: 'single'; result: FormattedExecutionResult } | { kind: 'parts'; parts: AsyncGenerator<ResponsePart> };

/** A document ready to be executed, or why it is not. */
export type Prepared = { document: DocumentNode; type: OperationTypeNode } | { errors: GraphQLError[] };

export interface GraphQLExecutorOptions extends ExecutableSchema {
  limits: DocumentLimits & {
    /** Most tokens of a document: names, brackets, strings. */
    maxTokens: number;
    /** Most subscriptions of one key at once, over all its sockets. */
    maxSubscriptionsPerKey: number;
  } & Pick<GateOptions, 'maxCost'>;
  introspection: IntrospectionPolicy;
  /** Told of whoever a directive of the schema refuses. */
  onRefused?: (principal: Principal, reason: string) => void;
  log: Log;
}

/** Beside data and errors; undefined where there is nothing to tell. */
type Extensions = Record<string, unknown> | undefined;

/** The one path on which a GraphQL operation is executed, whichever transport it came by. */
export class GraphQLExecutor {
  readonly schema: GraphQLSchema;
  /** Rules beyond those of the GraphQL specification. */
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly #documents = new Map<string, DocumentNode>();
  readonly #gate: Gate;
  readonly #maxCost: number;
  readonly #introspection: IntrospectionPolicy;
  readonly #subscriptions: RunningSubscriptions;
  readonly #onRefused: (principal: Principal, reason: string) => void;
  readonly #log: Log;

  constructor({ schema, directives, limits, introspection, onRefused, log }: GraphQLExecutorOptions) {
    this.schema = schema;
    this.#gate = new Gate({ schema, directives, introspection, maxCost: limits.maxCost });
    this.#maxCost = limits.maxCost;
    this.#introspection = introspection;
    this.#subscriptions = new RunningSubscriptions(limits.maxSubscriptionsPerKey);
    this.validationRules = [limitsRule(limits)];
    this.maxTokens = limits.maxTokens;
    this.#onRefused = onRefused ?? (() => {});
    this.#log = log;
  }

  /** Parses and validates; what was valid once is remembered. Who may not see the schema is not told of it in errors. */
  prepare(query: string, operationName: string | null, principal: Principal): Prepared {
    let document = this.#documents.get(query);
    if (document === undefined) {
      try {
        document = parse(query, { maxTokens: this.maxTokens, noLocation: false });
      } catch (error) {
        return { errors: [asGraphQLError(error)] };
      }
      const errors = validate(this.schema, document, [...specifiedRules, ...this.validationRules], { maxErrors: MAX_DOCUMENT_ERRORS });
      if (errors.length > 0) return { errors: errors.slice(0, MAX_DOCUMENT_ERRORS).map((error) => withCode(error, INVALID, this.#tell(principal))) };
      this.#remember(query, document);
    }
    const operation = getOperationAST(document, operationName);
    if (operation?.operation === 'subscription' && answersInParts(document, null)) {
      return { errors: [new GraphQLError('A subscription answers in parts by itself: leave `@defer` and `@stream` out.', { nodes: operation, extensions: { code: INVALID } })] };
    }
    if (operation != null) return { document, type: operation.operation };
    const message = operationName === null ? 'The document has several operations: name one in `operationName`.' : `The document has no operation "${operationName.slice(0, 100)}".`;
    return { errors: [new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })] };
  }

  /** Executes a query, or subscribes. Errors are part of the answer; nothing is thrown. */
  async execute(request: ExecutionRequest, type: OperationTypeNode): Promise<ExecutionResponse> {
    const args = {
      schema: this.schema,
      document: request.document,
      operationName: request.operationName,
      variableValues: request.variables ?? {},
      contextValue: request.context,
      incrementalSpec: request.incremental,
      signal: request.context.call.signal,
    };
    traceOperation(request, type);
    let leave = (): void => {};
    try {
      const { refusals, estimatedCost } = this.#gate.examine(request, request.context.call.principal);
      const extensions = request.tellCost && estimatedCost !== null ? { cost: { estimated: estimatedCost, max: this.#maxCost } } : undefined;
      if (refusals.length > 0) {
        ended(request.context);
        return { kind: 'single', result: this.#format({ data: null, errors: refusals }, request.context, extensions) };
      }
      if (type === 'subscription') leave = this.#subscriptions.enter(request.context.call.principal);
      const result = type === 'subscription' ? await subscribe(args) : await execute(args);
      if ('initialResult' in result) return { kind: 'parts', parts: this.#incremental(result, request.context, extensions) };
      if (Symbol.asyncIterator in result) return { kind: 'parts', parts: withEnd(this.#events(result, request.context, extensions), leave) };
      leave();
      ended(request.context);
      return { kind: 'single', result: this.#format(result, request.context, extensions) };
    } catch (error) {
      leave();
      ended(request.context);
      return { kind: 'single', result: { errors: [this.#formatError(error, request.context)] } };
    }
  }

  /** Errors of graphql-js as a principal is told them. */
  tellErrors(errors: readonly GraphQLFormattedError[], principal: Principal): GraphQLFormattedError[] {
    const tell = this.#tell(principal);
    const shown = errors.filter(({ extensions }, index) => index < MAX_DOCUMENT_ERRORS || extensions?.['code'] !== INVALID);
    return shown.map((error) => ({ ...error, message: tell(error.message) }));
  }

  /** @param extensions of the first event: they are of the operation, and the same for all */
  async *#events(events: AsyncIterable<SingularExecutionResult>, context: RequestContext, extensions: Extensions): AsyncGenerator<ResponsePart> {
    let told = extensions;
    try {
      for await (const event of events) {
        yield this.#format(event, context, told);
        told = undefined;
      }
    } catch (error) {
      // Nobody is left to be told of a caller that has gone.
      if (!context.call.signal.aborted) yield { errors: [this.#formatError(error, context)] };
    } finally {
      ended(context);
    }
  }

  async *#incremental(results: IncrementalExecutionResults, context: RequestContext, extensions: Extensions): AsyncGenerator<ResponsePart> {
    const { errors: _, ...initial } = results.initialResult;
    try {
      yield { ...initial, ...this.#format(results.initialResult, context, extensions) };
      for await (const part of results.subsequentResults) yield this.#formatPart(part, context);
    } finally {
      ended(context);
    }
  }

  #formatPart(part: SubsequentIncrementalExecutionResult, context: RequestContext): ResponsePart {
    const formatted = <T extends { errors?: readonly GraphQLError[] }>(item: T) =>
      item.errors === undefined ? item : { ...item, errors: item.errors.map((error) => this.#formatError(error, context)) };
    return {
      ...part,
      ...(part.incremental === undefined ? {} : { incremental: part.incremental.map(formatted) }),
      ...(part.completed === undefined ? {} : { completed: part.completed.map(formatted) }),
    };
  }

  #format({ errors, data, extensions: own }: SingularExecutionResult, context: RequestContext, more?: Extensions): FormattedExecutionResult {
    const extensions = more === undefined ? own : { ...own, ...more };
    const errorsLeftOut = (errors?.length ?? 0) - MAX_ERRORS;
    return {
      ...(errors === undefined ? {} : { errors: errors.slice(0, MAX_ERRORS).map((error) => this.#formatError(error, context)) }),
      ...(data === undefined ? {} : { data }),
      ...(errorsLeftOut <= 0 ? (extensions === undefined ? {} : { extensions }) : { extensions: { ...extensions, errorsLeftOut } }),
    };
  }

  #formatError(error: unknown, context: RequestContext) {
    const root = rootOf(error);
    if (root instanceof AccessError) this.#onRefused(context.call.principal, root.reason);
    const formatted = formatError(error, context.call.requestId, this.#log);
    return root instanceof KanonError ? formatted : this.tellErrors([formatted], context.call.principal)[0] ?? formatted;
  }

  /** What of a message of graphql-js a principal is told. */
  #tell(principal: Principal): (message: string) => string {
    return seesSchema(principal, this.#introspection) ? (message) => message : withoutHints;
  }

  #remember(query: string, document: DocumentNode): void {
    const [oldest] = this.#documents.keys();
    if (this.#documents.size >= CACHED_DOCUMENTS && oldest !== undefined) this.#documents.delete(oldest);
    this.#documents.set(query, document);
  }
}

/** What follows is a part of the operation. */
function traceOperation({ context: { call }, operationName }: ExecutionRequest, type: OperationTypeNode): void {
  if (call.trace === undefined) return;
  call.trace = call.trace.child(`graphql ${type}`);
  call.trace.set({ 'graphql.operation.type': type, 'graphql.operation.name': operationName?.slice(0, 128) });
}

/** The operation is over: what was reserved for calls that it did not make is given back. */
function ended({ plan, call }: RequestContext): void {
  plan?.release();
  call.trace?.end();
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return withCode(error, 'GRAPHQL_PARSE_FAILED');
  return new GraphQLError('The document cannot be read.', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
}

function withCode(error: GraphQLError, code: string, tell = (message: string): string => message): GraphQLError {
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(tell(error.message), { nodes, source, positions, extensions: { ...error.extensions, code } });
}
