/** Marks a signature that is no signature but a whole encrypted block of thinking. */
const REDACTED = 'redacted_thinking:';

/** An encrypted block of thinking, as the signature of thinking without words. */
export function redactedSignature(data: string): string {
  return REDACTED + data;
}

/** The encrypted block that a signature stands for; null where it is a signature. */
export function redactedData(signature: string): string | null {
  return signature.startsWith(REDACTED) ? signature.slice(REDACTED.length) : null;
}
