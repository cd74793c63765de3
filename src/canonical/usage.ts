/** Tokens of one call by kind. `input` includes `cachedInput` and `cacheWrite`; `output` includes `reasoning`. */
export interface TokenUsage {
  input: number;
  output: number;
  /** Input tokens that the vendor read from its cache. */
  cachedInput: number;
  /** Input tokens that the vendor wrote to its cache. */
  cacheWrite: number;
  /** Output tokens spent on reasoning that is not part of the answer. */
  reasoning: number;
  /** False where the vendor reported no usage and the numbers are this gateway's estimate. */
  reported: boolean;
}

/** What a call cost in USD; null where the price of the target is not known. */
export interface Cost {
  usd: number | null;
}

export const NO_USAGE: TokenUsage = {
  input: 0,
  output: 0,
  cachedInput: 0,
  cacheWrite: 0,
  reasoning: 0,
  reported: true,
};

/** Sums usage over several requests; an estimate in any of them makes the sum an estimate. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    reasoning: a.reasoning + b.reasoning,
    reported: a.reported && b.reported,
  };
}
