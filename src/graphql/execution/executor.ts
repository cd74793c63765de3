import { execute, type ExecutionArgs, type IncrementalExecutionResults, type SingularExecutionResult } from '@graphql-tools/executor';
import { createSourceEventStream, type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, type OperationTypeNode, type ValidationRule } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import { KanonError } from '../../canonical/errors.ts';
import type { Log } from '../../telemetry/log.ts';
import type { RequestContext } from '../context.ts';
import type { ExecutableSchema } from '../schema.ts';
import { OperationWriter } from '../writing/operation.ts';
import { Roots } from '../writing/roots.ts';
import { Documents, type Prepared } from './documents.ts';
import { Gate, type GateOptions } from './gate.ts';
import type { IntrospectionPolicy } from './introspection.ts';
import { limitsRule, type DocumentLimits } from './limits.ts';
import { Results } from './results.ts';
import { RunningSubscriptions, withEnd } from './subscriptions.ts';

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

/** The JSON that an operation answers: whole, or in parts. */
export type ExecutionResponse =
  /** `hasData`: it was executed, and nothing before that was in its way. */
  { kind: 'single'; json: string; hasData: boolean } | { kind: 'parts'; parts: AsyncGenerator<string> };

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
  readonly #documents: Documents;
  readonly #gate: Gate;
  readonly #maxCost: number;
  readonly #writer: OperationWriter;
  readonly #results: Results;
  readonly #subscriptions: RunningSubscriptions;

  constructor({ schema, directives, limits, introspection, onRefused = () => {}, log }: GraphQLExecutorOptions) {
    this.schema = schema;
    this.validationRules = [limitsRule(limits)];
    this.maxTokens = limits.maxTokens;
    this.#documents = new Documents(schema, { rules: this.validationRules, maxTokens: limits.maxTokens });
    this.#gate = new Gate({ schema, directives, introspection, maxCost: limits.maxCost });
    this.#maxCost = limits.maxCost;
    this.#writer = new OperationWriter({ schema, directives });
    this.#results = new Results({ introspection, onRefused, log });
    this.#subscriptions = new RunningSubscriptions(limits.maxSubscriptionsPerKey);
  }

  /** Parses and validates; what was valid once is remembered. Who may not see the schema is not told of it in errors. */
  prepare(query: string, operationName: string | null, principal: Principal): Prepared {
    return this.#documents.prepare(query, operationName, this.#results.tell(principal));
  }

  /** Executes a query, or subscribes. Errors are part of the answer; nothing is thrown. */
  async execute(request: ExecutionRequest, type: OperationTypeNode): Promise<ExecutionResponse> {
    const { context } = request;
    traceOperation(request, type);
    try {
      const { refusals, estimatedCost } = this.#gate.examine(request, context.call.principal);
      const extensions = request.tellCost && estimatedCost !== null ? { cost: { estimated: estimatedCost, max: this.#maxCost } } : undefined;
      if (refusals.length > 0) return this.#single({ data: null, errors: refusals }, context, extensions);
      return type === 'subscription' ? await this.#subscribe(request, extensions) : await this.#query(request, extensions);
    } catch (error) {
      return this.#failed(error, context);
    }
  }

  /** Errors of graphql-js as a principal is told them. */
  tellErrors(errors: readonly GraphQLFormattedError[], principal: Principal): GraphQLFormattedError[] {
    return this.#results.tellErrors(errors, principal);
  }

  async #query(request: ExecutionRequest, extensions: Extensions): Promise<ExecutionResponse> {
    const roots = new Roots();
    const data = await this.#writer.query(request, roots);
    if (data !== null) {
      ended(request.context);
      return { kind: 'single', json: written(data, extensions), hasData: true };
    }
    const result = await execute(this.#args(request, roots));
    return 'initialResult' in result ? { kind: 'parts', parts: this.#incremental(result, request.context, extensions) } : this.#single(result, request.context, extensions);
  }

  async #subscribe(request: ExecutionRequest, extensions: Extensions): Promise<ExecutionResponse> {
    const leave = this.#subscriptions.enter(request.context.call.principal);
    try {
      const { document, operationName, variables, context } = request;
      const source = await createSourceEventStream({ schema: this.schema, document, operationName, variableValues: variables ?? {}, contextValue: context });
      const over = (): void => {
        leave();
        ended(context);
      };
      if (Symbol.asyncIterator in source) return { kind: 'parts', parts: withEnd(this.#events(source, request, extensions), over) };
      leave();
      return this.#single(source, context, extensions);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** @param extensions of the first event: they are of the operation, and the same for all */
  async *#events(source: AsyncIterable<unknown>, request: ExecutionRequest, extensions: Extensions): AsyncGenerator<string> {
    const { context } = request;
    let told = extensions;
    const write = this.#writer.events(request);
    try {
      for await (const event of source) {
        const writing = write?.(event) ?? null;
        const data = typeof writing === 'string' ? writing : await writing;
        yield data === null ? await this.#event(event, request, told) : written(data, told);
        told = undefined;
      }
    } catch (error) {
      // Nobody is left to be told of a caller that has gone.
      if (!context.call.signal.aborted) yield JSON.stringify({ errors: [this.#results.error(error, context)] });
    }
  }

  /** An event by graphql-js, for which it is the root value of the operation. */
  async #event(event: unknown, request: ExecutionRequest, extensions: Extensions): Promise<string> {
    const result = await execute(this.#args(request, event));
    if ('initialResult' in result) throw new KanonError('INTERNAL', 'An event in parts, which no document may ask for.');
    return JSON.stringify(this.#results.whole(result, request.context, extensions));
  }

  async *#incremental(results: IncrementalExecutionResults, context: RequestContext, extensions: Extensions): AsyncGenerator<string> {
    const { errors: _, ...initial } = results.initialResult;
    try {
      yield JSON.stringify({ ...initial, ...this.#results.whole(results.initialResult, context, extensions) });
      for await (const part of results.subsequentResults) yield JSON.stringify(this.#results.part(part, context));
    } finally {
      ended(context);
    }
  }

  #args({ document, operationName, variables, context, incremental }: ExecutionRequest, rootValue: unknown): ExecutionArgs {
    return { schema: this.schema, document, operationName, variableValues: variables ?? {}, contextValue: context, rootValue, incrementalSpec: incremental, signal: context.call.signal };
  }

  #single(result: SingularExecutionResult, context: RequestContext, extensions: Extensions): ExecutionResponse {
    ended(context);
    return { kind: 'single', json: JSON.stringify(this.#results.whole(result, context, extensions)), hasData: result.data !== undefined };
  }

  #failed(error: unknown, context: RequestContext): ExecutionResponse {
    ended(context);
    return { kind: 'single', json: JSON.stringify({ errors: [this.#results.error(error, context)] }), hasData: false };
  }
}

function written(data: string, extensions: Extensions): string {
  return extensions === undefined ? `{"data":${data}}` : `{"data":${data},"extensions":${JSON.stringify(extensions)}}`;
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
