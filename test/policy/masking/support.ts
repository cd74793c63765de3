import { BUILT_IN_KINDS, Masker } from '../../../src/policy/masking/index.ts';
import type { BuiltInKind, MaskMode } from '../../../src/policy/masking/index.ts';

export function maskerOf(kinds: readonly BuiltInKind[] = BUILT_IN_KINDS, mode: MaskMode = 'reversible'): Masker {
  return new Masker({ kinds: kinds.map((kind) => ({ kind, mode })) }, { hashKey: new Uint8Array(32).fill(7) });
}

/** What a kind's detector finds, as the caller wrote it. */
export async function found(kind: BuiltInKind, text: string): Promise<string[]> {
  const session = maskerOf([kind]).session();
  const masked = await session.mask(text);
  return [...masked.matchAll(/\[[A-Z_]+_\d+\]/g)].map((match) => session.unmask(match[0]));
}
