/**
 * The kinds that Kanon detects by itself, the surest first. Where finds of equal length overlap, the earlier
 * kind wins: one with a checksum or a fixed form says more than one that goes by words around it.
 */
export const BUILT_IN_KINDS = [
  'PRIVATE_KEY',
  'URL_CREDENTIALS',
  'API_KEY',
  'EMAIL',
  'IBAN',
  'CARD',
  'NATIONAL_ID',
  'IP',
  'DATE_OF_BIRTH',
  'PHONE',
  'ADDRESS',
  'PERSON',
] as const;

export type BuiltInKind = (typeof BUILT_IN_KINDS)[number];

/** A built-in kind, or the name of one of the operator's own patterns or word lists (`CUSTOMER_NO`). */
export type MaskKind = BuiltInKind | (string & {});

/**
 * What takes a value's place.
 * - `reversible`: `[EMAIL_1]`; it comes back as the caller's own text.
 * - `redact`: `[EMAIL]`; nobody can bring it back.
 * - `hash`: `[EMAIL:1f3870be274f6c49]`, a keyed hash: equal values stay equal, across conversations too.
 */
export type MaskMode = 'reversible' | 'redact' | 'hash';

/** What a policy masks. */
export interface Masking {
  readonly kinds: readonly { readonly kind: BuiltInKind; readonly mode: MaskMode }[];
  /** The operator's regular expressions, in RE2 syntax (linear time; no look-around, no back-references). */
  readonly patterns?: readonly { readonly name: string; readonly pattern: string; readonly mode?: MaskMode }[];
  /** The operator's word lists: whole words, upper and lower case alike. */
  readonly words?: readonly { readonly name: string; readonly words: readonly string[]; readonly mode?: MaskMode }[];
}

/** How many values of a kind were masked. Never the values. */
export interface MaskedCount {
  readonly kind: MaskKind;
  readonly count: number;
}

const NAME = /^[A-Z](?:[A-Z0-9_]{0,30}[A-Z])?$/;

/** Whether a name can stand in a placeholder: capitals, digits and `_`, at most 32 long, ends in a letter. */
export function isKindName(name: string): boolean {
  return NAME.test(name);
}

const rank = new Map<string, number>(BUILT_IN_KINDS.map((kind, index) => [kind, index + 1]));

/** Lower is surer. The operator's own kinds come before all others: they know their data. */
export function rankOf(kind: MaskKind): number {
  return rank.get(kind) ?? 0;
}
