import { type FieldNode, type GraphQLField, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { Principal } from '../../canonical/call.ts';
import type { RequestContext } from '../context.ts';
import type { SchemaDirectives } from '../directives/read.ts';
import { collectFields, operationOf, type Asked, type FoundOperation } from '../execution/collect.ts';
import { answersInParts } from '../execution/incremental.ts';
import { PerRights, rightsOf } from '../execution/per-rights.ts';
import { watched } from '../execution/watched.ts';
import type { ExecutableSchema } from '../schema.ts';
import { argumentsOf, type Arguments } from './arguments.ts';
import { SelectionCompiler } from './compile.ts';
import type { Roots } from './roots.ts';
import { variablesOf } from './variables.ts';
import { leadOf, Pieces, UNWRITABLE, writeObject, type Write } from './write.ts';

interface RootField {
  key: string;
  lead: string;
  args: Arguments;
  field: GraphQLField<unknown, unknown>;
  /** All that it takes from where it stands but the variables. */
  info: Omit<GraphQLResolveInfo, 'variableValues'>;
  /** Of a query: the value that it was resolved to. Of a subscription: the event. */
  write: Write;
}

/** An operation as it is written for everybody with the same rights. */
interface CompiledOperation {
  /** @throws where graphql-js has errors to tell of them */
  coerce: (variables: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  fields: readonly RootField[];
}

interface Request extends Asked {
  context: RequestContext;
}

/** Writes the data of an event of a subscription; null when graphql-js has to execute it. */
export type WriteEvent = (event: unknown) => string | null | Promise<string | null>;

/**
 * Writes answers as JSON straight from the values of the resolvers, where nothing but plain values is selected: what
 * graphql-js would answer, byte for byte, for a fraction of its work. For all else it says null, and graphql-js
 * executes: `@skip` and `@include` by variables, parts that come later, introspection, what the principal may not see
 * or sees masked, and whatever goes wrong.
 */
export class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #directives: SchemaDirectives;
  readonly #compiled = new PerRights<CompiledOperation | null>();

  constructor({ schema, directives }: ExecutableSchema) {
    this.#schema = schema;
    this.#directives = directives;
  }

  /** The data of a query, once all of it is there. @param roots is told what its root fields were resolved to */
  async query(request: Request, roots: Roots): Promise<string | null> {
    const compiled = this.#compiledFor(request);
    if (compiled === null) return null;
    const { context } = request;
    try {
      const variableValues = compiled.coerce(request.variables ?? {});
      // Before anything is asked of a model.
      const asked = compiled.fields.map((root) => ({ root, args: root.args(variableValues), info: { ...root.info, variableValues } }));
      // All in the same turn, and before any of their answers is looked at, as graphql-js does it.
      const resolved = asked.map(({ root, args, info }) => ({ root, info, value: roots.resolve(root.key, () => root.field.resolve?.(undefined, args, context, info)) }));
      const pieces = new Pieces('{');
      for (const { root, info, value } of resolved) pieces.add(root.lead, root.write(value, { context, info }));
      return await pieces.end('}');
    } catch {
      return null;
    }
  }

  /** What writes the events of a subscription; null when graphql-js has to execute all of them. */
  events(request: Request): WriteEvent | null {
    const compiled = this.#compiledFor(request);
    const [root, ...others] = compiled?.fields ?? [];
    if (compiled === null || root === undefined || others.length > 0) return null;
    try {
      const { write } = root;
      const run = { context: request.context, info: { ...root.info, variableValues: compiled.coerce(request.variables ?? {}) } };
      return (event) => {
        try {
          const text = write(event, run);
          return typeof text === 'string' ? text : text.catch(() => null);
        } catch {
          return null;
        }
      };
    } catch {
      return null;
    }
  }

  #compiledFor(request: Request): CompiledOperation | null {
    if (answersInParts(request.document, request.variables)) return null;
    const { principal } = request.context.call;
    const rights = rightsOf(principal);
    const known = this.#compiled.get(request, rights);
    if (known !== undefined) return known;
    const compiled = this.#compile(request, principal);
    this.#compiled.set(request, rights, compiled);
    return compiled;
  }

  #compile(asked: Asked, principal: Principal): CompiledOperation | null {
    const found = operationOf(this.#schema, asked);
    if (found === null || found.operation.operation === 'mutation') return null;
    const { variables, isUntouched } = watched(found.reading.variables);
    const reading = { ...found.reading, variables };
    const compiler = new SelectionCompiler({ reading, directives: this.#directives, principal });
    try {
      const fields = [...collectFields(reading, found.root, [found.operation])].map(([key, nodes], index) => rootField(compiler, found, key, nodes, index));
      return isUntouched() ? { coerce: variablesOf(this.#schema, found.operation.variableDefinitions ?? []), fields } : null;
    } catch {
      return null;
    }
  }
}

/** @throws UNWRITABLE, or a GraphQLError, when it cannot be compiled */
function rootField(compiler: SelectionCompiler, { reading, root, operation }: FoundOperation, key: string, nodes: readonly FieldNode[], index: number): RootField {
  const [node] = nodes;
  const field = node === undefined ? undefined : root.getFields()[node.name.value];
  if (node === undefined || field === undefined) throw UNWRITABLE;
  const { schema, fragments } = reading;
  const info = {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType: root,
    path: { prev: undefined, key, typename: root.name },
    schema,
    fragments: Object.fromEntries(fragments),
    rootValue: undefined,
    operation,
  };
  const write = operation.operation === 'query' ? compiler.value(field.type, nodes) : writeObject([compiler.field(key, root, nodes)]);
  return { key, lead: leadOf(key, index), args: argumentsOf(field, node), field, info, write };
}
