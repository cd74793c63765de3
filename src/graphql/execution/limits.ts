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
}

interface Measure {
  depth: number;
  aliases: number;
  directives: number;
}

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
      over('directives', measure.directives + (operation.directives?.length ?? 0), limits.maxDirectives);
    },
  });
}

function measureSelections(set: SelectionSetNode, context: ValidationContext, known: Map<FragmentDefinitionNode, Measure>): Measure {
  const total: Measure = { depth: 0, aliases: 0, directives: 0 };
  const add = (part: Measure, levels: number): void => {
    total.depth = Math.max(total.depth, part.depth + levels);
    total.aliases += part.aliases;
    total.directives += part.directives;
  };
  for (const selection of set.selections) {
    total.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      if (selection.alias !== undefined) total.aliases++;
      if (selection.selectionSet === undefined) add({ depth: 0, aliases: 0, directives: 0 }, 1);
      else add(measureSelections(selection.selectionSet, context, known), 1);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(measureSelections(selection.selectionSet, context, known), 0);
    } else {
      const fragment = context.getFragment(selection.name.value);
      if (fragment != null) add(measureFragment(fragment, context, known), 0);
    }
  }
  return total;
}

function measureFragment(fragment: FragmentDefinitionNode, context: ValidationContext, known: Map<FragmentDefinitionNode, Measure>): Measure {
  const measured = known.get(fragment);
  if (measured !== undefined) return measured;
  // Stands for the fragment while it is being measured, so that a cycle ends.
  known.set(fragment, { depth: 0, aliases: 0, directives: 0 });
  const measure = measureSelections(fragment.selectionSet, context, known);
  known.set(fragment, measure);
  return measure;
}
