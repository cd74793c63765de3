import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { isThenable } from './write.ts';

/**
 * What the fields at the root of a query were resolved to, by their names in the answer: graphql-js, when it has to
 * execute after all, takes it from here, so that nothing is asked twice.
 */
export class Roots {
  readonly #values = new Map<string | number, unknown>();

  /** Resolves a field, and remembers what comes of it, an error included. */
  resolve(key: string, call: () => unknown): unknown {
    const value = attempt(call);
    if (isThenable(value)) Promise.resolve(value).catch(() => {});
    this.#values.set(key, value);
    return value;
  }

  has(key: string | number): boolean {
    return this.#values.has(key);
  }

  get(key: string | number): unknown {
    return this.#values.get(key);
  }
}

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Has the fields of queries look whether they were resolved already. */
export function reuseRoots(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (parent, args, context, info) => (parent instanceof Roots && parent.has(info.path.key) ? parent.get(info.path.key) : resolve(parent, args, context, info));
  }
  return schema;
}
