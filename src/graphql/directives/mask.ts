import { getNamedType, getNullableType, isListType, type GraphQLOutputType } from 'graphql';
import type { Principal } from '../../canonical/call.ts';

/** What stands in the place of a text that the caller may not see. */
export const MASKED_TEXT = '[MASKED]';

/** Whether a principal has a scope; `*` has every one. */
export function hasScope({ scopes }: Principal, scope: string): boolean {
  return scopes.includes('*') || scopes.includes(scope);
}

/** A parent that knows the masked form of some of its texts: it is shown in the place of `[MASKED]`. */
export interface MaskedForms {
  /** By the names of their fields. */
  maskedForms: Readonly<Record<string, string>>;
}

/** The masked form of a text as its parent knows it; null where it knows none. */
export function ownMaskedForm(parent: unknown, field: string): string | null {
  if (typeof parent !== 'object' || parent === null || !('maskedForms' in parent)) return null;
  const { maskedForms } = parent;
  if (typeof maskedForms !== 'object' || maskedForms === null) return null;
  const own: unknown = Object.getOwnPropertyDescriptor(maskedForms, field)?.value;
  return typeof own === 'string' ? own : null;
}

/**
 * What a caller without the scope sees: of a text that there is one, of a list of texts how many; of anything else
 * (numbers, objects, whose very keys can tell) nothing.
 */
export function maskedForm(value: unknown, type: GraphQLOutputType): unknown {
  if (value == null || getNamedType(type).name !== 'String') return null;
  if (!isListType(getNullableType(type))) return MASKED_TEXT;
  return Array.isArray(value) ? value.map((item) => (item == null ? null : MASKED_TEXT)) : null;
}
