import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/**
 * Tells whether a subscription selects ChatRestart. A client that does not know it would append an answer that begins
 * anew to the one that broke off.
 */
export function acceptsRestart(info: GraphQLResolveInfo): boolean {
  const followed = new Set<string>();
  const search = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return search(selection.selectionSet);
      if (selection.kind === Kind.INLINE_FRAGMENT) return selection.typeCondition?.name.value === 'ChatRestart' || search(selection.selectionSet);
      const name = selection.name.value;
      if (followed.has(name)) return false;
      followed.add(name);
      const fragment = info.fragments[name];
      return fragment !== undefined && (fragment.typeCondition.name.value === 'ChatRestart' || search(fragment.selectionSet));
    }) ?? false;
  return info.fieldNodes.some((node) => search(node.selectionSet));
}
