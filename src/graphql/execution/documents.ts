import { getOperationAST, GraphQLError, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type OperationTypeNode, type ValidationRule } from 'graphql';
import { answersInParts } from './incremental.ts';

const CACHED_DOCUMENTS = 1_000;
/** Most errors of a document that is not valid: an answer must not grow with what is refused. */
export const MAX_DOCUMENT_ERRORS = 5;
/** The code of a document that does not fit the schema. */
export const INVALID = 'GRAPHQL_VALIDATION_FAILED';

/** A document ready to be executed, or why it is not. */
export type Prepared = { document: DocumentNode; type: OperationTypeNode } | { errors: GraphQLError[] };

export interface DocumentOptions {
  /** Rules beyond those of the GraphQL specification. */
  rules: readonly ValidationRule[];
  /** Most tokens of a document: names, brackets, strings. */
  maxTokens: number;
}

/** Parses and validates documents; what was valid once is remembered, as long as others are not asked for more. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #options: DocumentOptions;
  readonly #valid = new Map<string, DocumentNode>();

  constructor(schema: GraphQLSchema, options: DocumentOptions) {
    this.#schema = schema;
    this.#options = options;
  }

  /** @param tell what of a message of graphql-js may be told */
  prepare(query: string, operationName: string | null, tell: (message: string) => string): Prepared {
    const document = this.#recall(query) ?? this.#read(query, tell);
    if (Array.isArray(document)) return { errors: document };
    const operation = getOperationAST(document, operationName);
    if (operation?.operation === 'subscription' && answersInParts(document, null)) {
      return { errors: [new GraphQLError('A subscription answers in parts by itself: leave `@defer` and `@stream` out.', { nodes: operation, extensions: { code: INVALID } })] };
    }
    if (operation != null) return { document, type: operation.operation };
    const message = operationName === null ? 'The document has several operations: name one in `operationName`.' : `The document has no operation "${operationName.slice(0, 100)}".`;
    return { errors: [new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })] };
  }

  #recall(query: string): DocumentNode | undefined {
    const document = this.#valid.get(query);
    if (document === undefined) return undefined;
    this.#valid.delete(query);
    this.#valid.set(query, document);
    return document;
  }

  #read(query: string, tell: (message: string) => string): DocumentNode | GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: this.#options.maxTokens, noLocation: false });
    } catch (error) {
      return [asGraphQLError(error)];
    }
    const errors = validate(this.#schema, document, [...specifiedRules, ...this.#options.rules], { maxErrors: MAX_DOCUMENT_ERRORS });
    if (errors.length > 0) return errors.slice(0, MAX_DOCUMENT_ERRORS).map((error) => withCode(error, INVALID, tell));
    const [longest] = this.#valid.keys();
    if (this.#valid.size >= CACHED_DOCUMENTS && longest !== undefined) this.#valid.delete(longest);
    this.#valid.set(query, document);
    return document;
  }
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return withCode(error, 'GRAPHQL_PARSE_FAILED');
  return new GraphQLError('The document cannot be read.', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
}

function withCode(error: GraphQLError, code: string, tell = (message: string): string => message): GraphQLError {
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(tell(error.message), { nodes, source, positions, extensions: { ...error.extensions, code } });
}
