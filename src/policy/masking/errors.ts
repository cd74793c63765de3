/** Why a text could not be masked. The pipeline's fail mode decides what follows; a text is never passed on half masked. */
export type MaskingFailureReason =
  /** The text, or the number of values in it, is beyond the bound. */
  | 'overload'
  /** A detector did not answer in time. */
  | 'deadline'
  /** A detector threw, or told nonsense. */
  | 'crash'
  /** Nobody here can look into it. */
  | 'opaque'
  /** The policy itself cannot be used: a pattern that does not compile, a kind without a detector. */
  | 'configuration';

/** Masking could not do its work. The message never holds content of the text. */
export class MaskingError extends Error {
  override readonly name = 'MaskingError';
  readonly reason: MaskingFailureReason;

  constructor(reason: MaskingFailureReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
