import {
  GraphQLError,
  Kind,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Bounds of a GraphQL document; introspection is bounded like everything else. */
export interface DocumentLimits {
  /** Deepest nesting of fields. */
  maxDepth: number;
  /** Most aliases, each use of a fragment counted. */
  maxAliases: number;
  /** Most directives. */
  maxDirectives: number;
  /** Most fields at the root. */
  maxRootFields: number;
}

/** How often a field may stand within itself. GraphiQL's own query of the schema nests `ofType` 9 times. */
const MAX_RECURSION = 10;

interface Measure {
  depth: number;
  aliases: number;
  directives: number;
  /** Fields at the top. */
  fields: number;
  /** How often a field of a name stands within itself. */
  nested: ReadonlyMap<string, number>;
}

const NOTHING: Measure = { depth: 0, aliases: 0, directives: 0, fields: 0, nested: new Map() };

/**
 * A validation rule that refuses a document over the limits. Fragments are measured once and counted at every use,
 * so that a small document cannot unfold into a large one; a cycle of fragments is left to its own rule.
 */
export function limitsRule(limits: DocumentLimits): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const measure = measureSelections(operation.selectionSet, context, new Map());
      const over = (what: string, found: number, most: number): void => {
        if (found <= most) return;
        const error = new GraphQLError(`The operation has ${found > 1e6 ? 'far too many' : found} ${what}; at most ${most} are allowed.`, {
          nodes: operation,
          extensions: { code: 'BAD_USER_INPUT' },
        });
        context.reportError(error);
      };
      over('levels of fields', measure.depth, limits.maxDepth);
      over('aliases', measure.aliases, limits.maxAliases);
      over('fields at the root', measure.fields, limits.maxRootFields);
      over('levels of a field within itself', Math.max(0, ...measure.nested.values()), MAX_RECURSION);
      over('directives', measure.directives + (operation.directives?.length ?? 0), limits.maxDirectives);
    },
  });
}

function measureSelections(set: SelectionSetNode, context: ValidationContext, known: Map<FragmentDefinitionNode, Measure>): Measure {
  const nested = new Map<string, number>();
  const total = { depth: 0, aliases: 0, directives: 0, fields: 0, nested };
  const add = (part: Measure): void => {
    total.depth = Math.max(total.depth, part.depth);
    total.aliases += part.aliases;
    total.directives += part.directives;
    total.fields += part.fields;
    for (const [name, times] of part.nested) nested.set(name, Math.max(times, nested.get(name) ?? 0));
  };
  for (const selection of set.selections) {
    total.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      if (selection.alias !== undefined) total.aliases++;
      const name = selection.name.value;
      const below = selection.selectionSet === undefined ? NOTHING : measureSelections(selection.selectionSet, context, known);
      add({ ...below, depth: below.depth + 1, fields: 1, nested: new Map(below.nested).set(name, (below.nested.get(name) ?? 0) + 1) });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(measureSelections(selection.selectionSet, context, known));
    } else {
      const fragment = context.getFragment(selection.name.value);
      if (fragment != null) add(measureFragment(fragment, context, known));
    }
  }
  return total;
}

function measureFragment(fragment: FragmentDefinitionNode, context: ValidationContext, known: Map<FragmentDefinitionNode, Measure>): Measure {
  const measured = known.get(fragment);
  if (measured !== undefined) return measured;
  // Stands for the fragment while it is being measured, so that a cycle ends.
  known.set(fragment, NOTHING);
  const measure = measureSelections(fragment.selectionSet, context, known);
  known.set(fragment, measure);
  return measure;
}
