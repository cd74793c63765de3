import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** What a caller must have: each entry of the outer list is a way in, and needs all of its inner list. */
export interface Requirement {
  /** Federation's `@requiresScopes`; null where it does not stand. */
  scopes: readonly (readonly string[])[] | null;
  /** Federation's `@policy`: names of policies of the config. */
  policies: readonly (readonly string[])[] | null;
}

/** Federation's `@listSize` (https://ibm.github.io/graphql-specs/cost-spec.html#sec-The-List-Size-Directive). */
export interface ListSize {
  assumedSize: number | null;
  slicingArguments: readonly string[];
  /** Fields of the returned type that have the size; empty where the field itself is the list. */
  sizedFields: readonly string[];
}

/** The directives of the schema that this gateway obeys, by coordinate: `Query.chat`, `ChatInput.messages`, `Call`. */
export interface SchemaDirectives {
  requirements: ReadonlyMap<string, Requirement>;
  /** The scope without which the value is masked. */
  masks: ReadonlyMap<string, string>;
  costs: ReadonlyMap<string, number>;
  listSizes: ReadonlyMap<string, ListSize>;
}

/** Reads the directives from SDL. `@authenticated` needs no entry: nobody who is not known gets as far as a field. */
export function readDirectives(document: DocumentNode): SchemaDirectives {
  const requirements = new Map<string, Requirement>();
  const masks = new Map<string, string>();
  const costs = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) {
      const args = argumentsOf(directive);
      const required = requirements.get(coordinate) ?? { scopes: null, policies: null };
      switch (directive.name.value) {
        case 'requiresScopes':
          requirements.set(coordinate, { ...required, scopes: ways(args['scopes']) });
          break;
        case 'policy':
          requirements.set(coordinate, { ...required, policies: ways(args['policies']) });
          break;
        case 'mask':
          masks.set(coordinate, String(args['unlessScope']));
          break;
        case 'cost':
          costs.set(coordinate, Number(args['weight']));
          break;
        case 'listSize':
          listSizes.set(coordinate, {
            assumedSize: typeof args['assumedSize'] === 'number' ? args['assumedSize'] : null,
            slicingArguments: texts(args['slicingArguments']),
            sizedFields: texts(args['sizedFields']),
          });
      }
    }
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined || definition.kind === Kind.FRAGMENT_DEFINITION) continue;
    const type = definition.name.value;
    if ('directives' in definition && definition.kind !== Kind.OPERATION_DEFINITION) read(type, definition.directives);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      read(coordinate, field.directives);
      if ('arguments' in field) for (const argument of field.arguments ?? []) read(`${coordinate}(${argument.name.value}:)`, argument.directives);
    }
  }
  return { requirements, masks, costs, listSizes };
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

/** GraphQL reads a single value as a list of one. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value == null ? [] : [value];
}

function texts(value: unknown): string[] {
  return listOf(value).map(String);
}

function ways(value: unknown): string[][] {
  return listOf(value).map(texts);
}
