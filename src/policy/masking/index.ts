export { MaskingError } from './errors.ts';
export type { MaskingFailureReason } from './errors.ts';
export { BUILT_IN_KINDS } from './kinds.ts';
export type { BuiltInKind, MaskedCount, Masking, MaskKind, MaskMode } from './kinds.ts';
export { Masker } from './masker.ts';
export type { MaskerOptions, NameDetector } from './masker.ts';
export type { MaskInput, MaskSession } from './session.ts';
export type { ResolvedSpan, Span } from './span.ts';
export type { Unmasker } from './unmasker.ts';
