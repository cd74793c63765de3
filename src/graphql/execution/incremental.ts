import { Kind, visit, type DirectiveNode, type DocumentNode } from 'graphql';

const LATER: ReadonlySet<string> = new Set(['defer', 'stream']);
const known = new WeakMap<DocumentNode, readonly DirectiveNode[]>();

/**
 * Whether an answer to the document comes in parts: it has an `@defer` or `@stream` that is not switched off. Those of
 * all its operations count, so that a document with several may be taken for one that does.
 */
export function answersInParts(document: DocumentNode, variables: Readonly<Record<string, unknown>> | null): boolean {
  return directivesOf(document).some((directive) => {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (condition?.kind === Kind.BOOLEAN) return condition.value;
    return condition?.kind !== Kind.VARIABLE || variables?.[condition.name.value] !== false;
  });
}

function directivesOf(document: DocumentNode): readonly DirectiveNode[] {
  const found = known.get(document);
  if (found !== undefined) return found;
  const directives: DirectiveNode[] = [];
  visit(document, {
    Directive: (node) => {
      if (LATER.has(node.name.value)) directives.push(node);
    },
  });
  known.set(document, directives);
  return directives;
}
